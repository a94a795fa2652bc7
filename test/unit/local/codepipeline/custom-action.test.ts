import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { custom, customType, pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const ACTION_TYPE = { category: 'Build', owner: 'Custom', provider: 'Kiln', version: '1' };

describe('a custom action', () => {
  let cloud: TestCloud;
  let executionId: string;

  beforeEach(async () => {
    cloud = createTestCloud();
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[custom()]]));
    await cloud.deploy('AWS::CodePipeline::CustomActionType', customType());
    cloud.objects.upload('app.zip', 'the application');
    cloud.service.start?.();
    executionId = await cloud.start();
    await cloud.reached('pipe/Stage1/Build', 'STARTED');
  });
  afterEach(() => cloud.stop());

  const poll = async (project = 'blue', input: object = {}) =>
    (await cloud.call('PollForJobs', { actionTypeId: ACTION_TYPE, queryParam: { Project: project }, ...input })).jobs;
  const acknowledge = ({ id, nonce }: { id: string; nonce: string }) =>
    cloud.call('AcknowledgeJob', { jobId: id, nonce });

  it('is polled, acknowledged, continued, polled again and finished by a worker', async () => {
    const [first] = await poll();
    expect(first).toMatchObject({
      nonce: '1',
      data: {
        actionTypeId: ACTION_TYPE,
        actionConfiguration: { configuration: { Project: 'blue', Password: 'hush' } },
        pipelineContext: { pipelineName: 'pipe', action: { name: 'Build' } },
      },
    });
    expect(await acknowledge(first)).toEqual({ status: 'InProgress' });
    await cloud.call('PutJobSuccessResult', {
      jobId: first.id,
      continuationToken: 'kiln-1',
      executionDetails: { externalExecutionId: '77' },
    });
    await cloud.advance(0);
    const state = await cloud.call('GetPipelineState', { name: 'pipe' });
    expect(state.stageStates[1].actionStates[0]).toMatchObject({
      entityUrl: 'https://kiln.example/blue',
      latestExecution: { externalExecutionId: '77', externalExecutionUrl: 'https://kiln.example/blue/77' },
    });
    const [second] = await poll();
    expect(second.id).not.toBe(first.id);
    expect(second.data.continuationToken).toBe('kiln-1');
    await acknowledge(second);
    await cloud.call('PutJobSuccessResult', { jobId: second.id });
    expect((await cloud.service.waitForExecution('pipe', executionId)).status).toBe('Succeeded');
  });

  it('goes to one worker only: a second claim with the same nonce is refused', async () => {
    const [job] = await poll();
    await acknowledge(job);
    await expect(acknowledge(job)).rejects.toMatchObject({ code: 'InvalidNonceException' });
  });

  it('is handed out again with a new nonce when nobody acknowledges within a minute', async () => {
    const [job] = await poll();
    expect(await poll()).toEqual([]);
    await cloud.advance(59_999);
    expect(await poll()).toEqual([]);
    await cloud.advance(1);
    const [again] = await poll();
    expect(again).toMatchObject({ id: job.id });
    expect(again.nonce).not.toBe(job.nonce);
    await expect(acknowledge(job)).rejects.toMatchObject({ code: 'InvalidNonceException' });
    expect(await acknowledge(again)).toEqual({ status: 'InProgress' });
  });

  it('takes no result before it is acknowledged', async () => {
    const [job] = await poll();
    await expect(cloud.call('PutJobSuccessResult', { jobId: job.id })).rejects.toMatchObject({
      code: 'InvalidJobStateException',
    });
  });

  it('fails after 24 hours, and tells a late worker that the job has timed out', async () => {
    const [job] = await poll();
    await cloud.advance(24 * 3_600_000);
    const result = await cloud.service.waitForExecution('pipe', executionId);
    expect(result.actions[1]?.errorDetails?.message).toContain('within 24 hours');
    expect(await acknowledge(job)).toEqual({ status: 'TimedOut' });
  });

  it('is found only by the value of its queryable property', async () => {
    expect(await poll('green')).toEqual([]);
    await expect(cloud.call('PollForJobs', { actionTypeId: ACTION_TYPE })).rejects.toMatchObject({
      code: 'ValidationException',
    });
    expect(await poll('blue')).toHaveLength(1);
  });

  it('masks the values of secret properties in the history', async () => {
    const { actionExecutionDetails } = await cloud.call('ListActionExecutions', { pipelineName: 'pipe' });
    expect(actionExecutionDetails[0].input.resolvedConfiguration).toEqual({ Project: 'blue', Password: '****' });
    expect(JSON.stringify(actionExecutionDetails)).not.toContain('hush');
  });

  it('cannot be polled for by the owner AWS, or under a type that does not exist', async () => {
    await expect(cloud.call('PollForJobs', { actionTypeId: { ...ACTION_TYPE, owner: 'AWS' } })).rejects.toMatchObject({
      code: 'ValidationException',
      message: "ActionType with owner 'AWS' is not supported",
    });
    await expect(cloud.call('PollForJobs', { actionTypeId: { ...ACTION_TYPE, version: '2' } })).rejects.toMatchObject({
      code: 'ActionTypeNotFoundException',
      message: "ActionType (Category: 'Build', Owner: 'Custom', Provider: 'Kiln', Version: '2') is not available",
    });
  });

  it('needs the permission to poll on the action type itself', async () => {
    const principal = cloud.kernel.identity.role('worker');
    cloud.denied.add('worker codepipeline:PollForJobs');
    await expect(cloud.call('PollForJobs', { actionTypeId: ACTION_TYPE }, principal)).rejects.toMatchObject({
      message: expect.stringContaining('arn:aws:codepipeline:eu-west-1:111122223333:actiontype:Custom/Build/Kiln/1'),
    });
  });

  it('fails, and is announced at the start, when its type is missing', async () => {
    await cloud.call('DeleteCustomActionType', { category: 'Build', provider: 'Kiln', version: '1' });
    cloud.service.start?.();
    expect(cloud.seen('notice').at(-1)?.message).toContain("Provider: 'Kiln', Version: '1') is not available");
    const [job] = await poll().catch(() => [undefined]);
    expect(job).toBeUndefined();
    const id = await cloud.start();
    const held = cloud.service.waitForExecution('pipe', id);
    await cloud.call('StopPipelineExecution', {
      pipelineName: 'pipe',
      pipelineExecutionId: executionId,
      abandon: true,
    });
    expect((await held).actions[1]?.errorDetails?.message).toContain('is not available');
  });
});

describe('the registry of action types', () => {
  let cloud: TestCloud;
  const input = {
    category: 'Test',
    provider: 'Loom',
    version: '1',
    inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
    outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
  };
  beforeEach(() => {
    cloud = createTestCloud();
  });
  afterEach(() => cloud.stop());

  it('lists custom types by owner, and restores a deleted one only under the same definition', async () => {
    await cloud.call('CreateCustomActionType', input);
    const list = () => cloud.call('ListActionTypes', { actionOwnerFilter: 'Custom' });
    expect((await list()).actionTypes).toMatchObject([{ id: { provider: 'Loom' } }]);
    await expect(cloud.call('CreateCustomActionType', input)).rejects.toMatchObject({ code: 'ValidationException' });
    await cloud.call('DeleteCustomActionType', { category: 'Test', provider: 'Loom', version: '1' });
    expect((await list()).actionTypes).toEqual([]);
    const other = { ...input, inputArtifactDetails: { minimumCount: 1, maximumCount: 1 } };
    await expect(cloud.call('CreateCustomActionType', other)).rejects.toMatchObject({ code: 'ValidationException' });
    await cloud.call('CreateCustomActionType', input);
    expect((await list()).actionTypes).toHaveLength(1);
  });

  it('refuses a queryable property that is secret', async () => {
    const configurationProperties = [{ name: 'P', required: true, key: true, secret: true, queryable: true }];
    await expect(cloud.call('CreateCustomActionType', { ...input, configurationProperties })).rejects.toThrow(
      /queryable property P/,
    );
  });

  it('holds 50 custom types and no more', async () => {
    for (let version = 1; version <= 50; version++)
      await cloud.call('CreateCustomActionType', { ...input, version: `${version}` });
    await expect(cloud.call('CreateCustomActionType', { ...input, version: '51' })).rejects.toMatchObject({
      code: 'LimitExceededException',
    });
  });
});
