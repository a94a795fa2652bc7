import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { invoke, pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const V2 = { PipelineType: 'V2' };

describe('a stage that fails', () => {
  let cloud: TestCloud;

  async function deploy(onFailure: object, overrides: object = V2) {
    const template = pipeline([[invoke()], [invoke({ Name: 'Later', Namespace: 'later' })]], overrides) as {
      Stages: object[];
    };
    Object.assign(template.Stages[1] as object, { OnFailure: onFailure });
    await cloud.deploy('AWS::CodePipeline::Pipeline', template);
    cloud.objects.upload('app.zip', 'the first application');
  }
  const finish = async () => cloud.call('PutJobSuccessResult', { jobId: (await cloud.invocation()).job.id });
  const breakDown = async () => {
    const { job } = await cloud.invocation();
    await cloud.call('PutJobFailureResult', {
      jobId: job.id,
      failureDetails: { type: 'JobFailed', message: 'broken' },
    });
    return job;
  };
  const wait = (id: string) => cloud.service.waitForExecution('pipe', id);
  const executions = async () =>
    (await cloud.call('ListPipelineExecutions', { pipelineName: 'pipe' })).pipelineExecutionSummaries;
  const stage = async () => (await cloud.call('GetPipelineState', { name: 'pipe' })).stageStates[1];
  const rule = {
    Name: 'Which',
    RuleTypeId: { Category: 'Rule', Owner: 'AWS', Provider: 'VariableCheck', Version: '1' },
  };
  const checks = (Value: string) => ({
    ...rule,
    Configuration: { Variable: '#{fetched.ObjectKey}', Operator: 'EQ', Value },
  });

  /** An execution that succeeds in every stage, and a second one that is about to fail in the stage. */
  async function succeedThenStart() {
    const first = await cloud.start();
    await finish();
    await finish();
    await wait(first);
    cloud.objects.upload('app.zip', 'the second application');
    return { first, second: await cloud.start() };
  }

  beforeEach(() => {
    cloud = createTestCloud();
  });
  afterEach(() => cloud.stop());

  it.each([
    ['FAILED_ACTIONS', undefined],
    ['ALL_ACTIONS', 'ALL_ACTIONS'],
  ])('is retried once by itself (%s)', async (_name, RetryMode) => {
    await deploy({ Result: 'RETRY', ...(RetryMode === undefined ? {} : { RetryConfiguration: { RetryMode } }) });
    const id = await cloud.start();
    await breakDown();
    await cloud.reached('pipe/Stage1', 'RESUMED');
    expect((await stage()).retryStageMetadata).toEqual({
      latestRetryTrigger: 'AutomatedStageRetry',
      autoStageRetryAttempt: 1,
    });
    await finish();
    await finish();
    expect((await wait(id)).status).toBe('Succeeded');
  });

  it('fails for good when the retry fails as well', async () => {
    await deploy({ Result: 'RETRY' });
    const id = await cloud.start();
    await breakDown();
    await breakDown();
    expect((await wait(id)).actions.map(({ status }) => status)).toEqual(['Succeeded', 'Failed', 'Failed']);
    expect(cloud.invocations).toEqual([]);
  });

  it('is rolled back to the artifacts of the execution that last succeeded in it', async () => {
    await deploy({ Result: 'ROLLBACK' });
    const { first, second } = await succeedThenStart();
    const failed = await breakDown();
    expect((await wait(second)).status).toBe('Failed');
    const { job } = await cloud.invocation();
    const revisionOf = (of: typeof job) => of.data.inputArtifacts[0]?.revision;
    expect([revisionOf(job), revisionOf(failed)]).toEqual(['version-1', 'version-3']);
    await cloud.call('PutJobSuccessResult', { jobId: job.id });
    const [rollback] = await executions();
    expect((await wait(rollback.pipelineExecutionId)).actions).toHaveLength(1);
    expect((await executions())[0]).toMatchObject({
      status: 'Succeeded',
      executionType: 'ROLLBACK',
      trigger: { triggerType: 'AutomatedRollback' },
      rollbackMetadata: { rollbackTargetPipelineExecutionId: first },
    });
    expect((await stage()).latestExecution).toMatchObject({ type: 'ROLLBACK', status: 'Succeeded' });
    // The rollback ends with its stage.
    expect(cloud.invocations).toEqual([]);
  });

  it('is not rolled back when the rollback fails too', async () => {
    await deploy({ Result: 'ROLLBACK' });
    await succeedThenStart();
    await breakDown();
    await breakDown();
    await cloud.advance(0);
    expect((await executions()).map(({ status }: { status: string }) => status)).toEqual([
      'Failed',
      'Failed',
      'Succeeded',
    ]);
  });

  it('says so when nothing has succeeded in it before', async () => {
    await deploy({ Result: 'ROLLBACK' });
    const id = await cloud.start();
    await breakDown();
    expect((await wait(id)).status).toBe('Failed');
    expect(cloud.seen('notice')).toMatchObject([{ message: expect.stringContaining('cannot be rolled back') }]);
  });

  it.each([
    ['rolls back when its condition is not met', 'other.zip', 3],
    ['only fails when its condition is met', 'app.zip', 2],
  ])('%s', async (_name, value, runs) => {
    await deploy({ Conditions: [{ Result: 'ROLLBACK', Rules: [checks(value)] }] });
    const { second } = await succeedThenStart();
    await breakDown();
    expect((await wait(second)).status).toBe('Failed');
    expect(await executions()).toHaveLength(runs);
    expect((await stage()).latestExecution.type).toBe(runs === 3 ? 'ROLLBACK' : 'STANDARD');
  });

  it('retries first, and judges its condition afterwards', async () => {
    await deploy({ Result: 'RETRY', Conditions: [{ Result: 'ROLLBACK', Rules: [checks('other.zip')] }] });
    await succeedThenStart();
    await breakDown();
    expect(await executions()).toHaveLength(2);
    await breakDown();
    await cloud.invocation();
    expect(await executions()).toHaveLength(3);
  });

  it('is not rolled back in PARALLEL mode, neither by its conditions nor by a person', async () => {
    const parallel = { ...V2, ExecutionMode: 'PARALLEL' };
    const refusal = {
      code: 'InvalidStageDeclarationException',
      message: expect.stringContaining(
        'the result of OnFailure is ROLLBACK, which pipelines in PARALLEL mode do not have',
      ),
    };
    await expect(deploy({ Result: 'ROLLBACK' }, parallel)).rejects.toMatchObject(refusal);
    const conditions = { Conditions: [{ Result: 'ROLLBACK', Rules: [checks('app.zip')] }] };
    await expect(deploy(conditions, parallel)).rejects.toMatchObject(refusal);
    await deploy({ Result: 'FAIL' }, parallel);
    const { first } = await succeedThenStart();
    await expect(
      cloud.call('RollbackStage', { pipelineName: 'pipe', stageName: 'Stage1', targetPipelineExecutionId: first }),
    ).rejects.toMatchObject({
      code: 'UnableToRollbackStageException',
      message: expect.stringContaining('pipelines in PARALLEL mode have no stage rollback'),
    });
  });

  it('can be rolled back by a person, once it rests', async () => {
    await deploy({ Result: 'FAIL' });
    const { first, second } = await succeedThenStart();
    const rollBack = (targetPipelineExecutionId: string, stageName = 'Stage1') =>
      cloud.call('RollbackStage', { pipelineName: 'pipe', stageName, targetPipelineExecutionId });
    await cloud.reached('pipe/Stage1', 'STARTED', 2);
    await expect(rollBack(first)).rejects.toMatchObject({ code: 'UnableToRollbackStageException' });
    await breakDown();
    await wait(second);
    await expect(rollBack(second)).rejects.toThrow('has not succeeded in it');
    await expect(rollBack(first, 'Source')).rejects.toThrow('a source stage never can');
    await expect(rollBack('00000000-0000-4000-8000-00000000dead')).rejects.toMatchObject({
      code: 'PipelineExecutionNotFoundException',
    });
    const { pipelineExecutionId } = await rollBack(first);
    await finish();
    expect((await wait(pipelineExecutionId)).status).toBe('Succeeded');
    await expect(rollBack(pipelineExecutionId)).rejects.toThrow('is a rollback itself');
    expect((await executions())[0]).toMatchObject({ trigger: { triggerType: 'ManualRollback' } });
  });
});

describe('a transition that the template closes', () => {
  it('holds executions before its stage until somebody opens it', async () => {
    const cloud = createTestCloud();
    const closed = { DisableInboundStageTransitions: [{ StageName: 'Stage1', Reason: 'not before noon' }] };
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[invoke()]], closed));
    cloud.objects.upload('app.zip', 'the application');
    const id = await cloud.start();
    await cloud.reached('pipe/Source', 'SUCCEEDED');
    await cloud.advance(0);
    expect(cloud.invocations).toEqual([]);
    const { stageStates } = await cloud.call('GetPipelineState', { name: 'pipe' });
    expect(stageStates[1]).toMatchObject({
      inboundExecution: { pipelineExecutionId: id },
      inboundTransitionState: { enabled: false, disabledReason: 'not before noon' },
    });
    await cloud.call('EnableStageTransition', { pipelineName: 'pipe', stageName: 'Stage1', transitionType: 'Inbound' });
    const { job } = await cloud.invocation();
    await cloud.call('PutJobSuccessResult', { jobId: job.id });
    expect((await cloud.service.waitForExecution('pipe', id)).status).toBe('Succeeded');
    cloud.stop();
  });

  it.each(['Source', 'Nowhere'])('is refused for stage %s', async (StageName) => {
    const cloud = createTestCloud();
    const closed = { DisableInboundStageTransitions: [{ StageName, Reason: 'no' }] };
    await expect(cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[invoke()]], closed))).rejects.toThrow(
      `names ${StageName}: it must be a stage after the first`,
    );
    cloud.stop();
  });
});
