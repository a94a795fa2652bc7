import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approval, invoke, pipeline, source } from './templates.ts';
import { ACTION_ROLE, createTestCloud, PIPELINE_ROLE, type TestCloud } from './test-cloud.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SILENCE =
  'The AWS Lambda function worker failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.';

describe('a Lambda invoke action', () => {
  let cloud: TestCloud;

  async function run(stages: readonly (readonly object[])[], overrides: object = {}) {
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline(stages, overrides));
    cloud.objects.upload('app.zip', 'the application');
    return cloud.start();
  }

  beforeEach(() => {
    cloud = createTestCloud();
  });
  afterEach(() => cloud.stop());

  it('hands the documented event to the function, and its answer to the pipeline', async () => {
    const id = await run([[invoke({ OutputArtifacts: [{ Name: 'Report' }], RoleArn: ACTION_ROLE })]], {
      ArtifactStore: { Type: 'S3', Location: 'artifacts', EncryptionKey: { Id: 'arn:key', Type: 'KMS' } },
    });
    const { job, event, principal, functionName } = await cloud.invocation();

    expect(functionName).toBe('worker');
    expect(principal.arn).toBe(ACTION_ROLE);
    expect(event).toEqual({
      'CodePipeline.job': {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        accountId: '111122223333',
        data: {
          actionConfiguration: { configuration: { FunctionName: 'worker', UserParameters: 'etag=etag-1' } },
          inputArtifacts: [
            {
              name: 'SourceArtifact',
              revision: 'version-1',
              location: {
                type: 'S3',
                s3Location: { bucketName: 'artifacts', objectKey: expect.stringMatching(/^pipe\/SourceArti\/\w{7}$/) },
              },
            },
          ],
          outputArtifacts: [
            {
              name: 'Report',
              revision: null,
              location: {
                type: 'S3',
                s3Location: { bucketName: 'artifacts', objectKey: expect.stringMatching(/^pipe\/Report\/\w{7}$/) },
              },
            },
          ],
          artifactCredentials: {
            accessKeyId: 'ASIA1',
            secretAccessKey: 'secret',
            sessionToken: 'session',
            expirationTime: cloud.kernel.clock.now() + HOUR,
          },
          encryptionKey: { id: 'arn:key', type: 'KMS' },
        },
      },
    });

    const output = job.data.outputArtifacts[0];
    cloud.objects.put(principal, 'artifacts', output?.location.s3Location.objectKey ?? '', Buffer.from('report'));
    await cloud.call('PutJobSuccessResult', {
      jobId: job.id,
      executionDetails: { summary: 'healthy', externalExecutionId: 'run-1', percentComplete: 100 },
      outputVariables: { Colour: 'blue' },
    });

    const result = await cloud.service.waitForExecution('pipe', id);
    expect(result.status).toBe('Succeeded');
    expect(result.actions).toMatchObject([
      { actionName: 'Fetch', status: 'Succeeded', outputVariables: { BucketName: 'source', ETag: 'etag-1' } },
      { actionName: 'Check', status: 'Succeeded', summary: 'healthy', outputVariables: { Colour: 'blue' } },
    ]);
    expect(cloud.seen('delivery')).toMatchObject([{ callbackId: job.id, functionName: 'worker' }]);
    expect(cloud.seen('answer')).toMatchObject([{ callbackId: job.id, kind: 'succeeded', detail: 'healthy' }]);
    expect(cloud.seen('notice')).toEqual([]);
  });

  it('leaves out the encryption key where the store has none, and copies the source under the managed key of S3', async () => {
    await run([[invoke()]]);
    const { job } = await cloud.invocation();
    expect(job.data).not.toHaveProperty('encryptionKey');
    expect(job.data).not.toHaveProperty('continuationToken');
    const { objectKey } = job.data.inputArtifacts[0]?.location.s3Location ?? { objectKey: '' };
    const copy = cloud.objects.all.get(`artifacts/${objectKey}`);
    expect(copy).toMatchObject({
      serverSideEncryption: 'aws:kms',
      kmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:alias/aws/s3',
    });
    expect(readFileSync(copy?.file ?? '', 'utf8')).toBe('the application');
  });

  it('narrows the artifact credentials to the artifacts of the job', async () => {
    await run([[invoke({ OutputArtifacts: [{ Name: 'Report' }] })]]);
    const { job } = await cloud.invocation();
    const keyOf = (artifact: { location: { s3Location: { objectKey: string } } } | undefined) =>
      `arn:aws:s3:::artifacts/${artifact?.location.s3Location.objectKey}`;
    const [input, output] = [keyOf(job.data.inputArtifacts[0]), keyOf(job.data.outputArtifacts[0])];
    const [issue] = cloud.issued;
    expect(issue).toMatchObject({ roleArn: PIPELINE_ROLE, sessionName: job.id });
    const statements = issue?.sessionPolicies?.[0]?.Statement as { Action: string[]; Resource: string | string[] }[];
    const resourcesOf = (action: string) =>
      statements.filter((entry) => entry.Action.includes(action)).flatMap((entry) => entry.Resource);
    expect(resourcesOf('s3:GetObject')).toEqual([input, output]);
    expect(resourcesOf('s3:PutObject')).toEqual([output]);
    expect(statements.flatMap((entry) => entry.Action).every((action) => /^(s3|kms):/.test(action))).toBe(true);
  });

  it('invokes the function again, with a new job and the token, 30 s after a continuation', async () => {
    const id = await run([[invoke()]]);
    const first = await cloud.invocation();
    await cloud.call('PutJobSuccessResult', {
      jobId: first.job.id,
      continuationToken: '{"attempt":1}',
      executionDetails: { percentComplete: 40, summary: 'at work' },
    });
    await cloud.advance(29_999);
    expect(cloud.invocations).toEqual([]);
    const state = await cloud.call('GetPipelineState', { name: 'pipe' });
    expect(state.stageStates[1].actionStates[0].latestExecution).toMatchObject({
      status: 'InProgress',
      percentComplete: 40,
      summary: 'at work',
    });
    await cloud.advance(1);
    const second = await cloud.invocation();
    expect(second.job.id).not.toBe(first.job.id);
    expect(second.job.data.continuationToken).toBe('{"attempt":1}');
    await cloud.call('PutJobSuccessResult', { jobId: second.job.id });
    expect((await cloud.service.waitForExecution('pipe', id)).status).toBe('Succeeded');
    expect(cloud.seen('answer').map(({ kind }) => kind)).toEqual(['continued', 'succeeded']);
  });

  it('fails after 20 minutes of silence, which each continuation starts anew', async () => {
    const id = await run([[invoke()]]);
    const first = await cloud.invocation();
    await cloud.advance(19 * MINUTE);
    await cloud.call('PutJobSuccessResult', { jobId: first.job.id, continuationToken: 'again' });
    await cloud.advance(30_000);
    const second = await cloud.invocation();
    await cloud.advance(19.5 * MINUTE - 1);
    expect(cloud.seen('answer')).toHaveLength(1);
    await cloud.advance(1);
    const result = await cloud.service.waitForExecution('pipe', id);
    expect(result.actions[1]).toMatchObject({
      status: 'Failed',
      errorDetails: { code: 'JobFailed', message: SILENCE },
    });
    expect(cloud.seen('answer')[1]).toMatchObject({
      callbackId: second.job.id,
      kind: 'timedOut',
      waitedMs: 19.5 * MINUTE,
    });
    await expect(cloud.call('PutJobSuccessResult', { jobId: second.job.id })).rejects.toMatchObject({
      code: 'InvalidJobStateException',
    });
  });

  it('fails after 24 hours in all, however often it is continued', async () => {
    const id = await run([[invoke()]]);
    const start = cloud.kernel.clock.now();
    let continuations = 0;
    while (cloud.kernel.clock.now() - start < 24 * HOUR) {
      const { job } = await cloud.invocation();
      await cloud.advance(14.5 * MINUTE);
      await cloud.call('PutJobSuccessResult', { jobId: job.id, continuationToken: 'again' });
      continuations++;
      await cloud.advance(30_000);
    }
    const result = await cloud.service.waitForExecution('pipe', id);
    expect(continuations).toBe(96);
    expect(result.actions[1]).toMatchObject({ status: 'Failed', errorDetails: { message: SILENCE } });
  });

  it('fails with what PutJobFailureResult says, and later stages do not run', async () => {
    const id = await run([[invoke()], [invoke({ Name: 'Later', Namespace: 'later' })]]);
    const { job } = await cloud.invocation();
    await cloud.call('PutJobFailureResult', {
      jobId: job.id,
      failureDetails: { type: 'ConfigurationError', message: 'no url', externalExecutionId: 'run-7' },
    });
    const result = await cloud.service.waitForExecution('pipe', id);
    expect(result.status).toBe('Failed');
    expect(result.actions.map(({ actionName }) => actionName)).toEqual(['Fetch', 'Check']);
    expect(result.actions[1]).toMatchObject({
      errorDetails: { code: 'ConfigurationError', message: 'no url' },
      externalExecutionId: 'run-7',
    });
  });

  it.each([
    [
      'the role may not invoke the function',
      () => cloud.denied.add(`${PIPELINE_ROLE} lambda:InvokeFunction`),
      'PermissionError',
      'lambda:InvokeFunction',
    ],
    [
      'the role may not assume that of the action',
      () => cloud.denied.add(`${PIPELINE_ROLE} sts:AssumeRole`),
      'PermissionError',
      'sts:AssumeRole',
      { RoleArn: ACTION_ROLE },
    ],
    [
      'the function does not exist',
      () => undefined,
      'ConfigurationError',
      'cannot be found',
      { Configuration: { FunctionName: 'nobody' } },
    ],
  ])('fails when %s', async (_, arrange, code, text, overrides: object = {}) => {
    arrange();
    const id = await run([[invoke(overrides)]]);
    const result = await cloud.service.waitForExecution('pipe', id);
    expect(result.actions[1]).toMatchObject({
      status: 'Failed',
      errorDetails: { code, message: expect.stringContaining(text) },
    });
    expect(cloud.seen('delivery')).toEqual([]);
  });

  it('passes output variables on to later actions, and fails those that name one which is not there', async () => {
    const id = await run(
      [
        [invoke()],
        [
          invoke({
            Name: 'Use',
            Namespace: 'used',
            Configuration: {
              FunctionName: 'worker',
              UserParameters: '#{checked.Colour} #{variables.Ring} #{codepipeline.PipelineExecutionId}',
            },
          }),
          invoke({
            Name: 'Miss',
            Namespace: 'missed',
            RunOrder: 2,
            Configuration: { FunctionName: 'worker', UserParameters: '#{checked.Shape}' },
          }),
        ],
      ],
      { PipelineType: 'V2', Variables: [{ Name: 'Ring', DefaultValue: 'outer' }] },
    );
    const first = await cloud.invocation();
    await cloud.call('PutJobSuccessResult', { jobId: first.job.id, outputVariables: { Colour: 'blue' } });
    const second = await cloud.invocation();
    expect(second.job.data.actionConfiguration.configuration.UserParameters).toBe(`blue outer ${id}`);
    await cloud.call('PutJobSuccessResult', { jobId: second.job.id });
    const result = await cloud.service.waitForExecution('pipe', id);
    expect(result.actions.at(-1)).toMatchObject({
      actionName: 'Miss',
      errorDetails: {
        message: expect.stringContaining('one or more variables could not be resolved: Action name=Miss'),
      },
    });
  });

  it('fails an action whose input artifact was declared as output but never uploaded', async () => {
    const id = await run([
      [invoke({ OutputArtifacts: [{ Name: 'Report' }] })],
      [invoke({ Name: 'Read', Namespace: 'read', InputArtifacts: [{ Name: 'Report' }] })],
    ]);
    const { job } = await cloud.invocation();
    await cloud.call('PutJobSuccessResult', { jobId: job.id });
    const result = await cloud.service.waitForExecution('pipe', id);
    expect(result.actions.map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded', 'Failed']);
    expect(result.actions[2]?.errorDetails?.message).toContain(
      'either the artifact or the Amazon S3 bucket could not be found. Name of artifact bucket: artifacts',
    );
    expect(cloud.seen('notice')[0]?.message).toContain(
      'its output artifact Report is not at s3://artifacts/pipe/Report/',
    );
  });

  it('waits for the other actions of its run order before the stage fails', async () => {
    const id = await run([[invoke(), invoke({ Name: 'Twin', Namespace: 'twin' }), approval({ RunOrder: 2 })]]);
    const [first, second] = [await cloud.invocation(), await cloud.invocation()];
    await cloud.call('PutJobFailureResult', {
      jobId: first.job.id,
      failureDetails: { type: 'JobFailed', message: 'broken' },
    });
    expect(
      (await cloud.call('GetPipelineExecution', { pipelineName: 'pipe', pipelineExecutionId: id })).pipelineExecution
        .status,
    ).toBe('InProgress');
    await cloud.call('PutJobSuccessResult', { jobId: second.job.id });
    const result = await cloud.service.waitForExecution('pipe', id);
    expect(result.actions.map(({ actionName, status }) => `${actionName} ${status}`)).toEqual([
      'Fetch Succeeded',
      'Check Failed',
      'Twin Succeeded',
    ]);
  });

  it('reads the version of the source that the execution was started with', async () => {
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[invoke()]], {}));
    const asked: (string | undefined)[] = [];
    const { get } = cloud.objects;
    cloud.objects.get = (principal, bucket, key, versionId) => {
      if (bucket === 'source') asked.push(versionId);
      return get(principal, bucket, key, versionId);
    };
    cloud.objects.upload('app.zip', 'the application');
    await cloud.start('pipe', {
      sourceRevisions: [{ actionName: 'Fetch', revisionType: 'S3_OBJECT_VERSION_ID', revisionValue: 'version-1' }],
    });
    await cloud.invocation();
    expect(asked).toEqual(['version-1']);
  });

  it('starts by itself when the source object is created and polled for, once the cloud has started', async () => {
    const polling = { S3Bucket: 'source', S3ObjectKey: 'app.zip' };
    await cloud.deploy('AWS::CodePipeline::Pipeline', {
      ...pipeline([], { Name: 'polled' }),
      Stages: [
        { Name: 'Source', Actions: [source({ Configuration: polling })] },
        { Name: 'Next', Actions: [invoke()] },
      ],
    });
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[invoke()]], { Name: 'waits-for-a-rule' }));
    cloud.objects.upload('app.zip', 'too early');
    expect(cloud.service.executionIds('polled')).toEqual([]);
    cloud.service.start?.();
    cloud.objects.upload('other.zip', 'not the source');
    cloud.objects.upload('app.zip', 'the application');
    expect(cloud.service.executionIds('polled')).toHaveLength(1);
    expect(cloud.service.executionIds('waits-for-a-rule')).toEqual([]);
    const { job } = await cloud.invocation();
    expect(job.data.inputArtifacts[0]?.revision).toBe('version-3');
  });

  it('names the permission when the source may not be read', async () => {
    cloud.denied.add(`${ACTION_ROLE} s3:GetObject`);
    await cloud.deploy('AWS::CodePipeline::Pipeline', {
      ...pipeline([]),
      Stages: [
        { Name: 'Source', Actions: [source({ RoleArn: ACTION_ROLE })] },
        { Name: 'Next', Actions: [invoke()] },
      ],
    });
    const result = await cloud.service.waitForExecution('pipe', await cloud.start());
    expect(result.actions[0]?.errorDetails).toMatchObject({
      code: 'PermissionError',
      message: expect.stringMatching(/^Insufficient permissions.*s3:GetObject/),
    });
  });
});
