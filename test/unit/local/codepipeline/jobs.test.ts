import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OUTPUT_VARIABLES_MAXIMUM_BYTES } from '../../../../lib/local/codepipeline/job-operations.ts';
import { invoke, pipeline } from './templates.ts';
import { ACTION_ROLE, createTestCloud, type Invocation, PIPELINE_ROLE, type TestCloud } from './test-cloud.ts';

const FAILURE = { type: 'JobFailed', message: 'broken' };
const UNKNOWN_ID = '11111111-abcd-1111-abcd-111111abcdef';

describe('the result APIs of a job', () => {
  let cloud: TestCloud;
  let executionId: string;
  let invocation: Invocation;

  beforeEach(async () => {
    cloud = createTestCloud();
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[invoke()]]));
    cloud.objects.upload('app.zip', 'the application');
    executionId = await cloud.start();
    invocation = await cloud.invocation();
  });
  afterEach(() => cloud.stop());

  const success = (input: object = {}) => cloud.call('PutJobSuccessResult', { jobId: invocation.job.id, ...input });
  const failure = () => cloud.call('PutJobFailureResult', { jobId: invocation.job.id, failureDetails: FAILURE });

  it.each([
    ['success', 'success', success, success],
    ['failure', 'success', success, failure],
    ['success', 'failure', failure, success],
    ['success', 'continuation', () => success({ continuationToken: 'again' }), success],
  ])('refuse a %s after a %s with InvalidJobStateException', async (_second, _first, first, second) => {
    await first();
    await expect(second()).rejects.toMatchObject({ code: 'InvalidJobStateException', status: 400 });
  });

  it('refuse an answer for a job of an abandoned action', async () => {
    await cloud.call('StopPipelineExecution', {
      pipelineName: 'pipe',
      pipelineExecutionId: executionId,
      abandon: true,
    });
    const result = await cloud.service.waitForExecution('pipe', executionId);
    expect(result).toMatchObject({ status: 'Stopped', actions: [{}, { status: 'Abandoned' }] });
    await expect(success()).rejects.toMatchObject({ code: 'InvalidJobStateException' });
  });

  it.each([
    ['PutJobSuccessResult', {}],
    ['PutJobFailureResult', { failureDetails: FAILURE }],
    ['GetJobDetails', {}],
    ['AcknowledgeJob', { nonce: '1' }],
  ])('%s knows no job that was never made', async (operation, input) => {
    await expect(cloud.call(operation, { jobId: UNKNOWN_ID, ...input })).rejects.toMatchObject({
      code: 'JobNotFoundException',
    });
  });

  it.each(['PutJobSuccessResult', 'PutJobFailureResult', 'GetJobDetails'])(
    '%s is refused without its permission, and the job stays open',
    async (operation) => {
      const principal = cloud.kernel.identity.role(ACTION_ROLE);
      cloud.denied.add(`${ACTION_ROLE} codepipeline:${operation}`);
      const input = operation === 'PutJobFailureResult' ? { failureDetails: FAILURE } : {};
      await expect(cloud.call(operation, { jobId: invocation.job.id, ...input }, principal)).rejects.toMatchObject({
        code: 'AccessDeniedException',
        message: expect.stringContaining(`codepipeline:${operation} on resource: *`),
      });
      await expect(success()).resolves.toEqual({});
    },
  );

  it('refuse output variables beside a continuation token', async () => {
    await expect(success({ continuationToken: 'again', outputVariables: { Colour: 'blue' } })).rejects.toMatchObject({
      code: 'ValidationException',
    });
    await expect(success()).resolves.toEqual({});
  });

  it('take 122,880 bytes of output variables, and not one more', async () => {
    const value = 'é'.repeat((OUTPUT_VARIABLES_MAXIMUM_BYTES - 4) / 2);
    await expect(success({ outputVariables: { Text1: value } })).rejects.toMatchObject({
      code: 'OutputVariablesSizeExceededException',
    });
    await expect(success({ outputVariables: { Text: value } })).resolves.toEqual({});
  });

  it('refuse a token of 2,049 characters and take one of 2,048', async () => {
    await expect(success({ continuationToken: 'x'.repeat(2049) })).rejects.toMatchObject({
      code: 'ValidationException',
    });
    await expect(success({ continuationToken: 'x'.repeat(2048) })).resolves.toEqual({});
  });

  it('GetJobDetails adds the action type and the context, and issues new credentials', async () => {
    const { jobDetails } = await cloud.call('GetJobDetails', { jobId: invocation.job.id });
    expect(jobDetails).toMatchObject({
      id: invocation.job.id,
      accountId: '111122223333',
      data: {
        actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
        actionConfiguration: { configuration: { FunctionName: 'worker', UserParameters: 'etag=etag-1' } },
        pipelineContext: {
          pipelineName: 'pipe',
          stage: { name: 'Stage1' },
          action: { name: 'Check' },
          pipelineArn: 'arn:aws:codepipeline:eu-west-1:111122223333:pipe',
          pipelineExecutionId: executionId,
        },
        inputArtifacts: [{ name: 'SourceArtifact', revision: 'version-1' }],
        artifactCredentials: { accessKeyId: 'ASIA2' },
      },
    });
    expect(cloud.issued.map(({ roleArn }) => roleArn)).toEqual([PIPELINE_ROLE, PIPELINE_ROLE]);
  });

  it('GetJobDetails gives no credentials for a closed job', async () => {
    await success();
    const { jobDetails } = await cloud.call('GetJobDetails', { jobId: invocation.job.id });
    expect(jobDetails.data).not.toHaveProperty('artifactCredentials');
  });

  it('keep tokens and variables out of every event that watchers see', async () => {
    await success({ continuationToken: 'hush-token' });
    await cloud.advance(30_000);
    const { job } = await cloud.invocation();
    await cloud.call('PutJobSuccessResult', { jobId: job.id, outputVariables: { Key: 'hush-value' } });
    await cloud.service.waitForExecution('pipe', executionId);
    const told = JSON.stringify([cloud.seen('answer'), cloud.seen('delivery'), cloud.seen('state'), cloud.bus]);
    expect(told).not.toContain('hush');
    expect(cloud.seen('answer')).toHaveLength(2);
  });
});
