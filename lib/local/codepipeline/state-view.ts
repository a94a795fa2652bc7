import type { ActionTypeRegistry } from './action-types.ts';
import { conditionStates } from './condition-view.ts';
import type { ActionExecution, PipelineExecution } from './execution.ts';
import type { ActionDeclaration, StageDeclaration } from './pipeline.ts';
import type { PipelineRecord } from './pipeline-store.ts';
import { fillUrl } from './url-template.ts';
import { epochSeconds, executionType } from './wire-shapes.ts';

/** The answer of GetPipelineState. */
export function pipelineState(record: PipelineRecord, types: ActionTypeRegistry): object {
  const { declaration, gates } = record;
  return {
    pipelineName: declaration.name,
    pipelineVersion: declaration.version,
    created: epochSeconds(record.created),
    updated: epochSeconds(record.created),
    stageStates: declaration.stages.map((stage, index) => {
      const latest = gates.latest(stage.name);
      const status = latest?.stages.get(stage.name);
      const waiting = gates
        .waiting(stage.name)
        .map((execution) => ({ pipelineExecutionId: execution.id, status: 'InProgress' }));
      const { lastChangedAt, ...transition } = gates.transition(stage.name);
      return {
        stageName: stage.name,
        ...(waiting[0] === undefined ? {} : { inboundExecution: waiting[0], inboundExecutions: waiting }),
        ...(index === 0
          ? {}
          : {
              inboundTransitionState: {
                ...transition,
                ...(lastChangedAt === undefined ? {} : { lastChangedAt: epochSeconds(lastChangedAt) }),
              },
            }),
        actionStates: stage.actions.map((action) => actionState(record, stage.name, action, types)),
        ...(latest === undefined || status === undefined
          ? {}
          : {
              latestExecution: {
                pipelineExecutionId: latest.id,
                status: stageStatus(latest, status),
                type: executionType(latest),
              },
              ...conditionStates(latest, stage),
              ...retryMetadata(latest, stage),
            }),
      };
    }),
  };
}

function stageStatus(execution: PipelineExecution, status: string): string {
  return status === 'InProgress' && execution.status === 'Stopping' ? 'Stopping' : status;
}

function retryMetadata(execution: PipelineExecution, stage: StageDeclaration): object {
  const retries = execution.retries.get(stage.name);
  if (retries === undefined) return {};
  const { automated, manual, latest } = retries;
  return {
    retryStageMetadata: {
      latestRetryTrigger: latest,
      ...(automated === 0 ? {} : { autoStageRetryAttempt: automated }),
      ...(manual === 0 ? {} : { manualStageRetryAttempt: manual }),
    },
  };
}

/** The run of an action that started last, over all executions. */
export function latestRun(record: PipelineRecord, stage: string, action: string): ActionExecution | undefined {
  return record.executions
    .flatMap((execution) => execution.actions)
    .filter((run) => run.stageName === stage && run.action.name === action)
    .reduce<ActionExecution | undefined>(
      (last, run) => (last === undefined || run.startTime >= last.startTime ? run : last),
      undefined,
    );
}

function actionState(
  record: PipelineRecord,
  stage: string,
  action: ActionDeclaration,
  types: ActionTypeRegistry,
): object {
  const run = latestRun(record, stage, action.name);
  const settings = types.find(action.actionTypeId)?.settings;
  const url = (template: string | undefined) =>
    template === undefined ? undefined : fillUrl(template, action.configuration);
  const entityUrl = url(settings?.entityUrlTemplate);
  const revisionUrl = url(settings?.revisionUrlTemplate);
  const revision = run?.progress.currentRevision;
  return {
    actionName: action.name,
    ...(revision === undefined
      ? {}
      : {
          currentRevision: {
            revisionId: revision.revisionId,
            revisionChangeId: revision.revisionChangeIdentifier ?? revision.revisionId.slice(0, 100),
            created: epochSeconds(revision.created ?? run?.startTime ?? record.created),
          },
        }),
    ...(run === undefined ? {} : { latestExecution: runShape(run) }),
    ...(entityUrl === undefined ? {} : { entityUrl }),
    ...(revisionUrl === undefined ? {} : { revisionUrl }),
  };
}

function runShape(run: ActionExecution): object {
  const { token, currentRevision: _, ...progress } = run.progress;
  return {
    actionExecutionId: run.actionExecutionId,
    status: run.status,
    lastStatusChange: epochSeconds(run.lastUpdateTime),
    ...progress,
    ...(token !== undefined && run.status === 'InProgress' ? { token } : {}),
    ...(run.errorDetails === undefined ? {} : { errorDetails: run.errorDetails }),
  };
}
