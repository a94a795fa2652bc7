import { AwsError } from '../../kernel/aws-error.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { assumeRole, failureOfError } from '../action-failure.ts';
import type { ActionProvider, ActionResult } from '../action-provider.ts';
import type { ActionExecution, ConditionExecution, PipelineExecution, RuleExecution } from '../execution.ts';
import type { StubStore } from '../stubs/stub-store.ts';
import { resolveConfiguration, unresolvedMessage } from '../variables.ts';
import type { RuleDeclaration } from './condition.ts';
import { describeRuleType } from './condition.ts';

/** How long a rule may take unless it says otherwise; AWS documents only the bounds, 5 minutes to 60 days. */
export const RULE_TIMEOUT_MS = 24 * 3_600_000;

/** Judges one rule to its end; never rejects. */
export type RuleRunner = (
  execution: PipelineExecution,
  condition: ConditionExecution,
  rule: RuleDeclaration,
  signal: AbortSignal,
) => Promise<RuleExecution>;

/** What the runner of rules works with. */
export interface RuleRunnerParts {
  readonly kernel: Kernel;
  readonly stubs: StubStore;
  /** By type, such as `AWS/Rule/VariableCheck`. */
  readonly providers: Readonly<Record<string, ActionProvider>>;
}

/** Creates the runner of rules. A rule runs as an action does, and holds when that succeeds. */
export function createRuleRunner({ kernel, stubs, providers }: RuleRunnerParts): RuleRunner {
  return async (execution, condition, rule, signal) => {
    const run: RuleExecution = {
      ruleExecutionId: kernel.uuid(),
      stageName: condition.stageName,
      conditionType: condition.type,
      rule,
      roleArn: rule.roleArn ?? execution.pipeline.roleArn,
      startTime: kernel.clock.now(),
      lastUpdateTime: kernel.clock.now(),
      status: 'InProgress',
      progress: {},
      resolvedConfiguration: rule.configuration,
      inputArtifacts: rule.inputArtifacts.flatMap(({ name }) => execution.artifacts.get(name) ?? []),
    };
    condition.rules.push(run);
    const timeout = new AbortController();
    const limitMs = rule.timeoutInMinutes === undefined ? RULE_TIMEOUT_MS : rule.timeoutInMinutes * 60_000;
    const timer = kernel.clock.after(limitMs, () => timeout.abort());
    const ended = AbortSignal.any([signal, timeout.signal]);
    const result = await Promise.race([start(execution, run, ended), aborted(ended)]);
    timer.cancel();
    run.lastUpdateTime = kernel.clock.now();
    if (result !== 'aborted') {
      run.status = result.status;
      if (result.status === 'Failed') run.errorDetails = { code: result.code, message: result.message };
    } else if (timeout.signal.aborted) {
      run.status = 'Failed';
      run.errorDetails = { code: 'JobFailed', message: `it was not judged within ${limitMs / 60_000} minutes` };
    } else run.status = 'Abandoned';
    return run;
  };

  async function start(execution: PipelineExecution, run: RuleExecution, signal: AbortSignal): Promise<ActionResult> {
    const { rule, roleArn } = run;
    try {
      const { configuration, unresolved } = resolveConfiguration(rule.configuration, execution.namespaces);
      run.resolvedConfiguration = configuration;
      if (unresolved.length > 0)
        throw new AwsError('ConfigurationError', unresolvedMessage('rule', rule.name, unresolved));
      assumeRole(kernel, execution.pipeline.roleArn, roleArn);
      const provider = providerOf(execution, run);
      return await provider({
        execution,
        actionExecution: asAction(run),
        configuration,
        inputArtifacts: run.inputArtifacts,
        outputArtifacts: [],
        roleArn,
        principal: kernel.identity.role(roleArn),
        signal,
        update(progress) {
          run.progress = { ...run.progress, ...progress };
          run.lastUpdateTime = kernel.clock.now();
        },
      });
    } catch (error) {
      return failureOfError(error);
    }
  }

  function providerOf(execution: PipelineExecution, { stageName, rule }: RuleExecution): ActionProvider {
    const type = describeRuleType(rule.ruleTypeId);
    const target = { pipeline: execution.pipeline.name, stage: stageName, action: rule.name, type };
    return stubs.providerFor(target) ?? providers[type] ?? stubs.missing(target, 'rule');
  }
}

/** A rule in the form of an action, so that the providers of actions can run it. */
function asAction(run: RuleExecution): ActionExecution {
  const { rule } = run;
  return {
    actionExecutionId: run.ruleExecutionId,
    stageName: run.stageName,
    action: {
      name: rule.name,
      actionTypeId: RULE_JOB_TYPE,
      runOrder: 1,
      configuration: rule.configuration,
      inputArtifacts: rule.inputArtifacts,
      outputArtifacts: [],
      ...(rule.region === undefined ? {} : { region: rule.region }),
      ...(rule.commands === undefined ? {} : { commands: rule.commands }),
    },
    roleArn: run.roleArn,
    startTime: run.startTime,
    lastUpdateTime: run.lastUpdateTime,
    status: 'InProgress',
    progress: {},
    resolvedConfiguration: run.resolvedConfiguration,
    inputArtifacts: run.inputArtifacts,
    outputArtifacts: [],
    outputVariables: {},
  };
}

/** The type of a rule's job: jobs know the categories of actions only, so it is that of a Lambda action. */
const RULE_JOB_TYPE = { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' } as const;

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}
