import type { ActionTypeRegistry } from './action-types.ts';
import type { ActionExecution, ExecutionArtifact, PipelineExecution, Revision } from './execution.ts';
import type { ActionDeclaration, PipelineDeclaration } from './pipeline.ts';

/** Timestamps of the JSON protocol are epoch seconds with a fraction. */
export function epochSeconds(ms: number): number {
  return ms / 1000;
}

/** A pipeline as GetPipeline shows it: members that were not declared are left out. */
export function pipelineShape(pipeline: PipelineDeclaration): object {
  return {
    ...pipeline,
    stages: pipeline.stages.map((stage) => ({ ...stage })),
    ...(pipeline.pipelineType === 'V2' ? {} : { variables: undefined }),
    ...(pipeline.triggers.length === 0 ? { triggers: undefined } : {}),
  };
}

/** How GetPipelineState and the lists name a rollback. */
export function executionType({ rollbackTarget }: PipelineExecution): 'STANDARD' | 'ROLLBACK' {
  return rollbackTarget === undefined ? 'STANDARD' : 'ROLLBACK';
}

/** The `artifactRevisions` of an execution: what its source actions have read. */
export function artifactRevisions(execution: PipelineExecution): readonly object[] {
  const sources = execution.actions.filter((run) => run.action.actionTypeId.category === 'Source');
  return sources.flatMap((run) =>
    run.outputArtifacts.flatMap(({ name, revision }) =>
      revision === undefined ? [] : [{ name, ...revisionShape(revision) }],
    ),
  );
}

/** The `sourceRevisions` of an execution summary. */
export function sourceRevisions(execution: PipelineExecution): readonly object[] {
  return execution.actions.flatMap((run) => {
    const revision = run.progress.currentRevision;
    if (run.action.actionTypeId.category !== 'Source' || revision === undefined) return [];
    const { revisionId, revisionSummary } = revision;
    return [{ actionName: run.action.name, revisionId, ...(revisionSummary === undefined ? {} : { revisionSummary }) }];
  });
}

function revisionShape(revision: Revision): object {
  const { created, ...rest } = revision;
  return { ...rest, ...(created === undefined ? {} : { created: epochSeconds(created) }) };
}

/** One entry of ListActionExecutions. Values of secret configuration properties are masked. */
export function actionExecutionDetail(
  execution: PipelineExecution,
  run: ActionExecution,
  types: ActionTypeRegistry,
): object {
  const { action, progress } = run;
  return {
    pipelineExecutionId: execution.id,
    actionExecutionId: run.actionExecutionId,
    pipelineVersion: execution.pipeline.version,
    stageName: run.stageName,
    actionName: action.name,
    startTime: epochSeconds(run.startTime),
    lastUpdateTime: epochSeconds(run.lastUpdateTime),
    ...(progress.lastUpdatedBy === undefined ? {} : { updatedBy: progress.lastUpdatedBy }),
    status: run.status,
    input: {
      actionTypeId: action.actionTypeId,
      configuration: masked(action, action.configuration, types),
      resolvedConfiguration: masked(action, run.resolvedConfiguration, types),
      roleArn: run.roleArn,
      ...(action.region === undefined ? {} : { region: action.region }),
      inputArtifacts: run.inputArtifacts.map(artifactDetail),
      ...(action.namespace === undefined ? {} : { namespace: action.namespace }),
    },
    output: {
      outputArtifacts: run.status === 'Succeeded' ? run.outputArtifacts.map(artifactDetail) : [],
      executionResult: {
        ...(progress.externalExecutionId === undefined ? {} : { externalExecutionId: progress.externalExecutionId }),
        ...(progress.summary === undefined ? {} : { externalExecutionSummary: progress.summary }),
        ...(progress.externalExecutionUrl === undefined ? {} : { externalExecutionUrl: progress.externalExecutionUrl }),
        ...(run.errorDetails === undefined ? {} : { errorDetails: run.errorDetails }),
      },
      outputVariables: run.outputVariables,
    },
  };
}

function masked(
  action: ActionDeclaration,
  values: Readonly<Record<string, string>>,
  types: ActionTypeRegistry,
): object {
  const secret = (types.find(action.actionTypeId)?.actionConfigurationProperties ?? []).filter((entry) => entry.secret);
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, secret.some((entry) => entry.name === key) ? '****' : value]),
  );
}

/** Where an artifact is, as the lists of executions show it. */
export function artifactDetail(artifact: ExecutionArtifact): object {
  return { name: artifact.name, s3location: { bucket: artifact.bucket, key: artifact.key } };
}
