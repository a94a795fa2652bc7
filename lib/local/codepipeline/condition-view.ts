import type { ConditionType } from './conditions/condition.ts';
import type { ConditionExecution, PipelineExecution, RuleExecution } from './execution.ts';
import type { StageDeclaration } from './pipeline.ts';
import { artifactDetail, epochSeconds } from './wire-shapes.ts';

/** The states of a stage's conditions in one execution, as GetPipelineState shows them. */
export function conditionStates(execution: PipelineExecution, stage: StageDeclaration): object {
  const states = [
    ['beforeEntryConditionState', 'BEFORE_ENTRY'],
    ['onSuccessConditionState', 'ON_SUCCESS'],
    ['onFailureConditionState', 'ON_FAILURE'],
  ] as const;
  return Object.fromEntries(
    states.flatMap(([member, type]) => {
      const judged = latestOf(execution, stage.name, type);
      return judged === undefined ? [] : [[member, conditionState(judged)]];
    }),
  );
}

function latestOf(execution: PipelineExecution, stageName: string, type: ConditionType) {
  return execution.conditions.findLast((condition) => condition.stageName === stageName && condition.type === type);
}

function conditionState({ status, summary, lastUpdateTime, rules }: ConditionExecution): object {
  const text = summary === undefined ? {} : { summary };
  return {
    latestExecution: { status, ...text },
    conditionStates: [
      {
        latestExecution: { status, ...text, lastStatusChange: epochSeconds(lastUpdateTime) },
        ruleStates: rules.map((run) => ({ ruleName: run.rule.name, latestExecution: ruleShape(run) })),
      },
    ],
  };
}

function ruleShape({ ruleExecutionId, status, lastUpdateTime, progress, errorDetails }: RuleExecution): object {
  const { summary, externalExecutionId } = progress;
  return {
    ruleExecutionId,
    status,
    lastStatusChange: epochSeconds(lastUpdateTime),
    ...(summary === undefined ? {} : { summary }),
    ...(externalExecutionId === undefined ? {} : { externalExecutionId }),
    ...(errorDetails === undefined ? {} : { errorDetails }),
  };
}

/** A judging of a rule with the execution that it belongs to. */
export interface RuleRun {
  readonly execution: PipelineExecution;
  readonly run: RuleExecution;
}

/** Every judging of a rule, newest first; or only the last of each. */
export function ruleRuns(executions: readonly PipelineExecution[], latestOnly: boolean): readonly RuleRun[] {
  const runs = executions
    .flatMap((execution) => execution.conditions.flatMap(({ rules }) => rules.map((run) => ({ execution, run }))))
    .reverse();
  if (!latestOnly) return runs;
  const seen = new Set<string>();
  return runs.filter(({ run }) => {
    const name = `${run.stageName}/${run.conditionType}/${run.rule.name}`;
    return seen.has(name) ? false : seen.add(name);
  });
}

/** One entry of ListRuleExecutions. */
export function ruleExecutionDetail(execution: PipelineExecution, run: RuleExecution): object {
  const { rule, progress } = run;
  return {
    pipelineExecutionId: execution.id,
    ruleExecutionId: run.ruleExecutionId,
    pipelineVersion: execution.pipeline.version,
    stageName: run.stageName,
    ruleName: rule.name,
    startTime: epochSeconds(run.startTime),
    lastUpdateTime: epochSeconds(run.lastUpdateTime),
    status: run.status,
    input: {
      ruleTypeId: rule.ruleTypeId,
      configuration: rule.configuration,
      resolvedConfiguration: run.resolvedConfiguration,
      roleArn: run.roleArn,
      ...(rule.region === undefined ? {} : { region: rule.region }),
      inputArtifacts: run.inputArtifacts.map(artifactDetail),
    },
    output: {
      executionResult: {
        ...(progress.externalExecutionId === undefined ? {} : { externalExecutionId: progress.externalExecutionId }),
        ...(progress.summary === undefined ? {} : { externalExecutionSummary: progress.summary }),
        ...(run.errorDetails === undefined ? {} : { errorDetails: run.errorDetails }),
      },
    },
  };
}
