import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestCloud, type Invocation, PIPELINE_ROLE, type TestCloud } from './test-cloud.ts';

const type = (category: string, provider: string) => ({ category, owner: 'AWS', provider, version: '1' });
const SOURCE = {
  name: 'Fetch',
  actionTypeId: type('Source', 'S3'),
  configuration: { S3Bucket: 'source', S3ObjectKey: 'app.zip', PollForSourceChanges: 'false' },
  outputArtifacts: [{ name: 'Source' }],
};
const invoke = (name: string) => ({
  name,
  actionTypeId: type('Invoke', 'Lambda'),
  configuration: { FunctionName: 'worker' },
});
/** A pipeline with the source and one more stage. */
const pipelineOf = (more: object = {}, ...actions: readonly string[]) => ({
  pipeline: {
    name: 'pipe',
    roleArn: PIPELINE_ROLE,
    artifactStore: { type: 'S3', location: 'artifacts' },
    pipelineType: 'V2',
    stages: [
      { name: 'Source', actions: [SOURCE] },
      { name: 'Check', actions: actions.map(invoke) },
    ],
    ...more,
  },
});

describe('an execution of a pipeline that has changed since', () => {
  let cloud: TestCloud;
  beforeEach(() => {
    cloud = createTestCloud();
    cloud.objects.upload('app.zip', 'an application');
  });
  afterEach(() => cloud.stop());

  const create = async (more: object = {}) => {
    await cloud.call('CreatePipeline', pipelineOf(more, 'First'));
    return cloud.service.executionIds('pipe')[0] ?? '';
  };
  const update = (more: object, ...actions: readonly string[]) =>
    cloud.call('UpdatePipeline', pipelineOf(more, ...actions));
  const failJob = ({ job }: Invocation) =>
    cloud.call('PutJobFailureResult', { jobId: job.id, failureDetails: { type: 'JobFailed', message: 'no' } });
  const statusOf = async (pipelineExecutionId: string) =>
    (await cloud.call('GetPipelineExecution', { pipelineName: 'pipe', pipelineExecutionId })).pipelineExecution.status;
  const retry = (pipelineExecutionId: string) =>
    cloud.call('RetryStageExecution', {
      pipelineName: 'pipe',
      stageName: 'Check',
      pipelineExecutionId,
      retryMode: 'FAILED_ACTIONS',
    });

  it('cannot be retried; with the same structure it can', async () => {
    const id = await create();
    await failJob(await cloud.invocation());
    await cloud.reached('pipe', 'FAILED');
    await update({}, 'First', 'Second');
    await expect(retry(id)).rejects.toMatchObject({
      code: 'StageNotRetryableException',
      message: expect.stringMatching(/the pipeline has changed since the execution started; start a new one$/),
    });
    await update({}, 'First');
    expect(await retry(id)).toEqual({ pipelineExecutionId: id });
  });

  it('is not what a stage can be rolled back to', async () => {
    const target = await create({ variables: [{ name: 'Level', defaultValue: 'low' }] });
    await cloud.call('PutJobSuccessResult', { jobId: (await cloud.invocation()).job.id });
    await cloud.reached('pipe', 'SUCCEEDED');
    await update({}, 'First');
    const request = { pipelineName: 'pipe', stageName: 'Check', targetPipelineExecutionId: target };
    await expect(cloud.call('RollbackStage', request)).rejects.toMatchObject({
      code: 'UnableToRollbackStageException',
      message: `Stage Check cannot be rolled back: the pipeline has changed since execution ${target} started`,
    });
  });

  it('ends when it is stopped before a stage that the pipeline no longer has', async () => {
    await create();
    await cloud.invocation();
    const id = await cloud.start();
    await cloud.reached('pipe/Source', 'SUCCEEDED', 2);
    const stages = [
      { name: 'Source', actions: [SOURCE] },
      { name: 'Other', actions: [invoke('First')] },
    ];
    await update({ stages });
    await cloud.call('StopPipelineExecution', { pipelineName: 'pipe', pipelineExecutionId: id });
    expect(await statusOf(id)).toBe('Stopped');
  });

  it('in PARALLEL mode can be retried after later ones, which are independent of it', async () => {
    const id = await create({ executionMode: 'PARALLEL' });
    await failJob(await cloud.invocation());
    await cloud.reached('pipe', 'FAILED');
    await cloud.start();
    await cloud.invocation();
    expect(await retry(id)).toEqual({ pipelineExecutionId: id });
  });

  it('that was deleted is not started again by the token of another pipeline of its name', async () => {
    await create();
    const before = await cloud.start('pipe', { clientRequestToken: 'once' });
    expect(await cloud.start('pipe', { clientRequestToken: 'once' })).toBe(before);
    await cloud.call('DeletePipeline', { name: 'pipe' });
    await create();
    const after = await cloud.start('pipe', { clientRequestToken: 'once' });
    expect(cloud.service.executionIds('pipe')).toContain(after);
  });
});
