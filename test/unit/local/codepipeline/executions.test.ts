import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approval, invoke, pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const TWO_STAGES = [[invoke()], [invoke({ Name: 'Later', Namespace: 'later' })]];

describe('executions of a pipeline', () => {
  let cloud: TestCloud;

  async function deploy(stages: readonly (readonly object[])[], overrides: object = {}) {
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline(stages, overrides));
    cloud.objects.upload('app.zip', 'the application');
  }
  const finish = (jobId: string) => cloud.call('PutJobSuccessResult', { jobId });
  const breakDown = (jobId: string) =>
    cloud.call('PutJobFailureResult', { jobId, failureDetails: { type: 'JobFailed', message: 'broken' } });
  const wait = (id: string) => cloud.service.waitForExecution('pipe', id);
  const status = async (pipelineExecutionId: string) =>
    (await cloud.call('GetPipelineExecution', { pipelineName: 'pipe', pipelineExecutionId })).pipelineExecution.status;
  const state = async (stage: number) => (await cloud.call('GetPipelineState', { name: 'pipe' })).stageStates[stage];

  beforeEach(() => {
    cloud = createTestCloud();
  });
  afterEach(() => cloud.stop());

  it('supersede the one that waits before a busy stage, and let the newest in', async () => {
    await deploy([[invoke()]]);
    const first = await cloud.start();
    const running = await cloud.invocation();
    const second = await cloud.start();
    await cloud.reached('pipe/Source', 'SUCCEEDED', 2);
    await cloud.advance(0);
    expect((await state(1)).inboundExecution).toMatchObject({ pipelineExecutionId: second });
    const third = await cloud.start();
    expect(await wait(second)).toMatchObject({ status: 'Superseded', statusSummary: expect.stringContaining(third) });
    expect(cloud.invocations).toEqual([]);
    await finish(running.job.id);
    expect((await wait(first)).status).toBe('Succeeded');
    await finish((await cloud.invocation()).job.id);
    expect((await wait(third)).status).toBe('Succeeded');
  });

  it('wait for their turn in mode QUEUED', async () => {
    await deploy([[invoke()]], { PipelineType: 'V2', ExecutionMode: 'QUEUED' });
    const ids = [await cloud.start(), await cloud.start(), await cloud.start()];
    for (const id of ids) {
      const { job } = await cloud.invocation();
      expect(cloud.invocations).toEqual([]);
      await finish(job.id);
      expect((await wait(id)).status).toBe('Succeeded');
    }
  });

  it('run side by side in mode PARALLEL', async () => {
    await deploy([[invoke()]], { PipelineType: 'V2', ExecutionMode: 'PARALLEL' });
    const ids = [await cloud.start(), await cloud.start()];
    const jobs = [await cloud.invocation(), await cloud.invocation()];
    for (const { job } of jobs.reverse()) await finish(job.id);
    for (const id of ids) expect((await wait(id)).status).toBe('Succeeded');
  });

  it('stop after the running action, and start no more', async () => {
    await deploy(TWO_STAGES);
    const id = await cloud.start();
    const { job } = await cloud.invocation();
    const stop = { pipelineName: 'pipe', pipelineExecutionId: id, reason: 'not today' };
    await cloud.call('StopPipelineExecution', stop);
    expect(await status(id)).toBe('Stopping');
    await expect(cloud.call('StopPipelineExecution', stop)).rejects.toMatchObject({
      code: 'DuplicatedStopRequestException',
    });
    await finish(job.id);
    expect(await wait(id)).toMatchObject({ status: 'Stopped', actions: [{}, { status: 'Succeeded' }] });
    await expect(cloud.call('StopPipelineExecution', stop)).rejects.toMatchObject({
      code: 'PipelineExecutionNotStoppableException',
    });
    const { pipelineExecutionSummaries } = await cloud.call('ListPipelineExecutions', { pipelineName: 'pipe' });
    expect(pipelineExecutionSummaries[0]).toMatchObject({ status: 'Stopped', stopTrigger: { reason: 'not today' } });
  });

  it('stop at once while they wait before a stage', async () => {
    await deploy([[invoke()]]);
    await cloud.start();
    const { job } = await cloud.invocation();
    const second = await cloud.start();
    await cloud.reached('pipe/Source', 'SUCCEEDED', 2);
    await cloud.advance(0);
    await cloud.call('StopPipelineExecution', { pipelineName: 'pipe', pipelineExecutionId: second });
    expect((await wait(second)).status).toBe('Stopped');
    await finish(job.id);
    await cloud.advance(0);
    expect(cloud.invocations).toEqual([]);
  });

  it.each([
    ['FAILED_ACTIONS', ['Twin']],
    ['ALL_ACTIONS', ['Check', 'Twin']],
  ])('retry a failed stage with %s, and go on to the next', async (retryMode, again) => {
    await deploy([
      [invoke(), invoke({ Name: 'Twin', Namespace: 'twin' })],
      [invoke({ Name: 'Later', Namespace: 'later' })],
    ]);
    const id = await cloud.start();
    await finish((await cloud.invocation()).job.id);
    await breakDown((await cloud.invocation()).job.id);
    expect((await wait(id)).status).toBe('Failed');
    const retry = { pipelineName: 'pipe', stageName: 'Stage1', pipelineExecutionId: id, retryMode };
    expect(await cloud.call('RetryStageExecution', retry)).toEqual({ pipelineExecutionId: id });
    await expect(cloud.call('RetryStageExecution', retry)).rejects.toMatchObject({
      code: 'StageNotRetryableException',
    });
    for (const _ of [...again, 'Later']) await finish((await cloud.invocation()).job.id);
    const result = await wait(id);
    expect(result.status).toBe('Succeeded');
    expect(result.actions.slice(3).map(({ actionName }) => actionName)).toEqual([...again, 'Later']);
  });

  it('are not retried when a later one has entered the stage', async () => {
    await deploy([[invoke()]]);
    const first = await cloud.start();
    await breakDown((await cloud.invocation()).job.id);
    await wait(first);
    await cloud.start();
    await cloud.invocation();
    await expect(
      cloud.call('RetryStageExecution', {
        pipelineName: 'pipe',
        stageName: 'Stage1',
        pipelineExecutionId: first,
        retryMode: 'ALL_ACTIONS',
      }),
    ).rejects.toMatchObject({ code: 'NotLatestPipelineExecutionException' });
  });

  it('do not pass a disabled transition until it is enabled again', async () => {
    await deploy([[invoke()]]);
    const transition = { pipelineName: 'pipe', stageName: 'Source', transitionType: 'Outbound' };
    await cloud.call('DisableStageTransition', { ...transition, reason: 'freeze' });
    await cloud.start();
    await cloud.reached('pipe/Source', 'SUCCEEDED');
    await cloud.advance(0);
    expect(await state(1)).toMatchObject({ inboundTransitionState: { enabled: false, disabledReason: 'freeze' } });
    expect(cloud.invocations).toEqual([]);
    await cloud.call('EnableStageTransition', { ...transition, stageName: 'Stage1', transitionType: 'Inbound' });
    await cloud.invocation();
  });

  describe('at a manual approval', () => {
    const decide = (token: string, resultStatus = 'Approved') =>
      cloud.call('PutApprovalResult', {
        pipelineName: 'pipe',
        stageName: 'Stage1',
        actionName: 'Approve',
        token,
        result: { status: resultStatus, summary: 'looks good' },
      });
    const token = async () => {
      await cloud.reached('pipe/Stage1/Approve', 'STARTED');
      return (await state(1)).actionStates[0].latestExecution.token as string;
    };

    it('wait for the decision, take it once, and show who decided', async () => {
      await deploy([[approval()]]);
      const id = await cloud.start();
      const given = await token();
      await expect(decide('00000000-0000-4000-8000-999999999999')).rejects.toMatchObject({
        code: 'InvalidApprovalTokenException',
      });
      expect(await decide(given)).toEqual({ approvedAt: cloud.kernel.clock.now() / 1000 });
      expect((await wait(id)).status).toBe('Succeeded');
      await expect(decide(given)).rejects.toMatchObject({ code: 'ApprovalAlreadyCompletedException' });
      const { latestExecution } = (await state(1)).actionStates[0];
      expect(latestExecution).toMatchObject({ summary: 'looks good', lastUpdatedBy: 'arn:aws:iam::111122223333:root' });
      expect(latestExecution).not.toHaveProperty('token');
    });

    it('fail when it is rejected', async () => {
      await deploy([[approval()]]);
      const id = await cloud.start();
      await decide(await token(), 'Rejected');
      expect(await wait(id)).toMatchObject({
        status: 'Failed',
        actions: [{}, { errorDetails: { message: 'Rejected: looks good' } }],
      });
    });

    it.each([
      [7 * 24 * 60, {}],
      [5, { TimeoutInMinutes: 5 }],
    ])('fail after %i minutes without one', async (minutes, overrides) => {
      await deploy([[approval(overrides)]]);
      const id = await cloud.start();
      await token();
      await cloud.advance(minutes * 60_000 - 1);
      expect(await status(id)).toBe('InProgress');
      await cloud.advance(1);
      expect((await wait(id)).status).toBe('Failed');
    });
  });

  it('take variables, and refuse those that are not declared or have no value', async () => {
    await deploy([[invoke({ Configuration: { FunctionName: 'worker', UserParameters: '#{variables.Ring}' } })]], {
      PipelineType: 'V2',
      Variables: [{ Name: 'Ring' }],
    });
    await expect(cloud.start()).rejects.toThrow(/variable Ring has no default value/);
    await expect(cloud.start('pipe', { variables: [{ name: 'Rung', value: '1' }] })).rejects.toThrow(
      /declares no variable Rung/,
    );
    const id = await cloud.start('pipe', { variables: [{ name: 'Ring', value: 'inner' }] });
    expect((await cloud.invocation()).job.data.actionConfiguration.configuration.UserParameters).toBe('inner');
    const { pipelineExecution } = await cloud.call('GetPipelineExecution', {
      pipelineName: 'pipe',
      pipelineExecutionId: id,
    });
    expect(pipelineExecution).toMatchObject({
      variables: [{ name: 'Ring', resolvedValue: 'inner' }],
      artifactRevisions: [{ name: 'SourceArtifact', revisionId: 'version-1', revisionChangeIdentifier: 'etag-1' }],
      trigger: { triggerType: 'StartPipelineExecution', triggerDetail: 'arn:aws:iam::111122223333:root' },
    });
  });

  it('start once for one client request token', async () => {
    await deploy([[invoke()]]);
    const first = await cloud.start('pipe', { clientRequestToken: 'once' });
    expect(await cloud.start('pipe', { clientRequestToken: 'once' })).toBe(first);
    expect(cloud.service.executionIds('pipe')).toEqual([first]);
  });

  it('end as abandoned when the cloud stops', async () => {
    await deploy([[invoke()]]);
    const id = await cloud.start();
    await cloud.invocation();
    await cloud.service.stop?.();
    expect((await wait(id)).status).toBe('Stopped');
  });
});
