import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approval, invoke, pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const V2 = { PipelineType: 'V2' };

const rule = (provider: string, configuration: object, more: object = {}) => ({
  Name: provider,
  RuleTypeId: { Category: 'Rule', Owner: 'AWS', Provider: provider, Version: '1' },
  Configuration: configuration,
  ...more,
});
const variableCheck = (Operator: string, Value: string, Variable = '#{fetched.ObjectKey}') =>
  rule('VariableCheck', { Variable, Operator, Value });
const lambdaCheck = (more: object = {}) =>
  rule('LambdaInvoke', { FunctionName: 'worker', UserParameters: 'hello' }, more);
const when = (kind: string, Result: string | undefined, ...Rules: object[]) => ({
  [kind]: { Conditions: [{ ...(Result === undefined ? {} : { Result }), Rules }] },
});

describe('the conditions of a stage', () => {
  let cloud: TestCloud;

  /** A pipeline whose second stage has the given members, followed by an approval. */
  async function deploy(members: object, actions: readonly object[] = [invoke()]) {
    const template = pipeline([actions, [approval()]], V2) as { Stages: object[] };
    Object.assign(template.Stages[1] as object, members);
    await cloud.deploy('AWS::CodePipeline::Pipeline', template);
    cloud.objects.upload('app.zip', 'the application');
  }
  const finish = (jobId: string) => cloud.call('PutJobSuccessResult', { jobId });
  const breakDown = (jobId: string, message = 'broken') =>
    cloud.call('PutJobFailureResult', { jobId, failureDetails: { type: 'JobFailed', message } });
  const wait = (id: string) => cloud.service.waitForExecution('pipe', id);
  const stage = async (name: string) =>
    (await cloud.call('GetPipelineState', { name: 'pipe' })).stageStates.find(
      (state: { stageName: string }) => state.stageName === name,
    );

  beforeEach(() => {
    cloud = createTestCloud();
  });
  afterEach(() => cloud.stop());

  it.each([
    ['EQ', 'app.zip'],
    ['NE', 'other.zip'],
    ['CONTAINS', 'app'],
    ['MATCHES', String.raw`[a-z]+\.zip`],
  ])('let an execution in when a variable is %s %s', async (operator, value) => {
    await deploy(when('BeforeEntry', 'FAIL', variableCheck(operator, value)));
    await cloud.start();
    await finish((await cloud.invocation()).job.id);
    await cloud.reached('pipe/Stage1', 'SUCCEEDED');
    expect((await stage('Stage1')).beforeEntryConditionState).toMatchObject({
      latestExecution: { status: 'Succeeded' },
      conditionStates: [{ ruleStates: [{ ruleName: 'VariableCheck', latestExecution: { status: 'Succeeded' } }] }],
    });
  });

  it.each([
    ['EQ', 'other.zip', '"app.zip" is not EQ "other.zip"'],
    ['MATCHES', 'app', '"app.zip" is not MATCHES "app"'],
    ['GT', '1', 'Operator must be one of EQ, NE, CONTAINS, MATCHES, but is GT'],
  ])('keep an execution out when a variable is not %s %s', async (operator, value, message) => {
    await deploy(when('BeforeEntry', 'FAIL', variableCheck(operator, value)));
    const result = await wait(await cloud.start());
    expect(result).toMatchObject({ status: 'Failed', statusSummary: expect.stringContaining(message) });
    expect(cloud.invocations).toEqual([]);
    expect((await stage('Stage1')).latestExecution).toMatchObject({ status: 'Failed' });
    const { ruleExecutionDetails } = await cloud.call('ListRuleExecutions', { pipelineName: 'pipe' });
    expect(ruleExecutionDetails).toMatchObject([
      { ruleName: 'VariableCheck', status: 'Failed', input: { resolvedConfiguration: { Variable: 'app.zip' } } },
    ]);
  });

  it('fail by a rule whose variable has no value', async () => {
    await deploy(when('BeforeEntry', 'FAIL', variableCheck('EQ', 'x', '#{fetched.Nothing}')));
    const { statusSummary } = await wait(await cloud.start());
    expect(statusSummary).toContain('Not resolved: #{fetched.Nothing}');
  });

  it('skip the stage and go on to the next', async () => {
    await deploy(when('BeforeEntry', 'SKIP', variableCheck('EQ', 'other.zip')));
    await cloud.start();
    await cloud.reached('pipe/Stage2/Approve', 'STARTED');
    expect(cloud.invocations).toEqual([]);
    expect((await stage('Stage1')).latestExecution.status).toBe('Skipped');
  });

  it('ask a function under the job event and the result APIs of a Lambda action', async () => {
    await deploy(when('BeforeEntry', 'FAIL', lambdaCheck()));
    const id = await cloud.start();
    const { job, functionName } = await cloud.invocation();
    expect(functionName).toBe('worker');
    expect(job.data.actionConfiguration.configuration).toEqual({ FunctionName: 'worker', UserParameters: 'hello' });
    const { jobDetails } = await cloud.call('GetJobDetails', { jobId: job.id });
    expect(jobDetails.data.pipelineContext).toMatchObject({
      stage: { name: 'Stage1' },
      action: { name: 'LambdaInvoke' },
    });
    await breakDown(job.id, 'not on a Friday');
    expect(await wait(id)).toMatchObject({
      status: 'Failed',
      statusSummary: 'the condition BEFORE_ENTRY of stage Stage1 is not met: rule LambdaInvoke: not on a Friday',
    });
  });

  it('give a rule no longer than its timeout', async () => {
    await deploy(when('BeforeEntry', 'FAIL', lambdaCheck({ TimeoutInMinutes: 5 })));
    const id = await cloud.start();
    const { job } = await cloud.invocation();
    await cloud.advance(5 * 60_000);
    expect((await wait(id)).statusSummary).toContain('not judged within 5 minutes');
    await expect(finish(job.id)).rejects.toMatchObject({ code: 'InvalidJobStateException' });
  });

  it('are passed when somebody overrides them while they are judged', async () => {
    await deploy(when('BeforeEntry', 'FAIL', lambdaCheck()));
    const pipelineExecutionId = await cloud.start();
    await cloud.invocation();
    expect((await stage('Stage1')).beforeEntryConditionState.latestExecution.status).toBe('InProgress');
    const override = { pipelineName: 'pipe', stageName: 'Stage1', pipelineExecutionId, conditionType: 'BEFORE_ENTRY' };
    await cloud.call('OverrideStageCondition', override);
    const { job } = await cloud.invocation();
    expect((await stage('Stage1')).beforeEntryConditionState.latestExecution.status).toBe('Overridden');
    await finish(job.id);
    await cloud.reached('pipe/Stage1', 'SUCCEEDED');
    await expect(cloud.call('OverrideStageCondition', override)).rejects.toMatchObject({
      code: 'ConditionNotOverridableException',
    });
  });

  it('fail a stage that has succeeded', async () => {
    await deploy(when('OnSuccess', 'FAIL', variableCheck('EQ', 'other.zip')));
    const id = await cloud.start();
    await finish((await cloud.invocation()).job.id);
    expect(await wait(id)).toMatchObject({ status: 'Failed', actions: [{}, { status: 'Succeeded' }] });
    expect((await stage('Stage1')).onSuccessConditionState.latestExecution.status).toBe('Failed');
  });

  it('end with the execution that is stopped and abandoned while they are judged', async () => {
    await deploy(when('BeforeEntry', 'FAIL', lambdaCheck()));
    const id = await cloud.start();
    await cloud.invocation();
    await cloud.call('StopPipelineExecution', { pipelineName: 'pipe', pipelineExecutionId: id, abandon: true });
    expect((await wait(id)).status).toBe('Stopped');
    expect((await stage('Stage1')).beforeEntryConditionState.latestExecution.status).toBe('Abandoned');
  });

  it('are judged again when the stage is retried', async () => {
    await deploy(when('BeforeEntry', 'FAIL', lambdaCheck()));
    const id = await cloud.start();
    await breakDown((await cloud.invocation()).job.id);
    await wait(id);
    const retry = { pipelineName: 'pipe', stageName: 'Stage1', pipelineExecutionId: id, retryMode: 'FAILED_ACTIONS' };
    await cloud.call('RetryStageExecution', retry);
    await finish((await cloud.invocation()).job.id);
    await finish((await cloud.invocation()).job.id);
    await cloud.reached('pipe/Stage1', 'SUCCEEDED');
    expect((await stage('Stage1')).retryStageMetadata).toEqual({
      latestRetryTrigger: 'ManualStageRetry',
      manualStageRetryAttempt: 1,
    });
  });

  it('name a rule that is not simulated, and what to type', async () => {
    await deploy(when('BeforeEntry', 'FAIL', rule('CloudWatchAlarm', { AlarmName: 'Errors' })));
    const { statusSummary } = await wait(await cloud.start());
    expect(statusSummary).toContain("--stub 'Stage1/CloudWatchAlarm=succeed'");
    expect(cloud.seen('unsimulated')).toMatchObject([
      { kind: 'rule', name: 'AWS/Rule/CloudWatchAlarm', where: 'pipe/Stage1/CloudWatchAlarm' },
    ]);
  });

  it('take a stub for a rule', async () => {
    cloud.service.stubs.add('CloudWatchAlarm=fail:the alarm is on');
    await deploy(when('BeforeEntry', 'FAIL', rule('CloudWatchAlarm', { AlarmName: 'Errors' })));
    expect((await wait(await cloud.start())).statusSummary).toContain('the alarm is on');
  });

  it.each<[string, object, object, string]>([
    ['a V1 pipeline', when('BeforeEntry', 'FAIL', variableCheck('EQ', 'x')), { PipelineType: 'V1' }, 'V2'],
    ['an entry that rolls back', when('BeforeEntry', 'ROLLBACK', variableCheck('EQ', 'x')), {}, 'FAIL,SKIP'],
    ['a success that retries', when('OnSuccess', 'RETRY', variableCheck('EQ', 'x')), {}, 'FAIL,ROLLBACK'],
    ['an unknown result', when('OnSuccess', 'EXPLODE', variableCheck('EQ', 'x')), {}, 'ROLLBACK, FAIL, RETRY, SKIP'],
    ['no condition', { BeforeEntry: { Conditions: [] } }, {}, 'must have one condition'],
    ['no rules', when('BeforeEntry', 'FAIL'), {}, 'must have 1 to 5 rules, but has 0'],
    ['a rule twice', when('BeforeEntry', 'FAIL', lambdaCheck(), lambdaCheck()), {}, 'LambdaInvoke is used more than'],
    ['a short timeout', when('BeforeEntry', 'FAIL', lambdaCheck({ TimeoutInMinutes: 4 })), {}, '5 to 86400'],
  ])('are refused with %s', async (_name, members, overrides, message) => {
    const template = pipeline([[invoke()]], { ...V2, ...overrides }) as { Stages: object[] };
    Object.assign(template.Stages[1] as object, members);
    await expect(cloud.deploy('AWS::CodePipeline::Pipeline', template)).rejects.toThrow(message);
  });
});
