import type { Kernel } from '../kernel/kernel.ts';
import type { EventBusPort } from '../kernel/ports.ts';
import type { ActionExecution, ConditionExecution, ExecutionArtifact, PipelineExecution } from './execution.ts';

/** Tells the watchers of the local cloud, and EventBridge, of every change of state. */
export interface StateNotices {
  /** `state` is EventBridge's, such as `STARTED` or `SUPERSEDED`. */
  pipeline(execution: PipelineExecution, state: string, detail?: string): void;
  stage(execution: PipelineExecution, stage: string, state: string): void;
  action(execution: PipelineExecution, action: ActionExecution, state: string): void;
  /** EventBridge has no event of conditions that AWS documents, so only the watchers learn of these. */
  condition(execution: PipelineExecution, condition: ConditionExecution, state: string): void;
}

/** Creates the notices; without a bus only the watchers are told. */
export function createStateNotices(kernel: Kernel, bus: EventBusPort | undefined): StateNotices {
  function tell(
    execution: PipelineExecution,
    path: readonly string[],
    state: string,
    detail: string | undefined,
  ): void {
    kernel.events.emit('state', {
      service: 'codepipeline',
      resource: [execution.pipeline.name, ...path].join('/'),
      state,
      ...(detail === undefined ? {} : { detail }),
    });
  }

  function put(execution: PipelineExecution, subject: string, detail: object): void {
    bus?.put({
      source: 'aws.codepipeline',
      detailType: `CodePipeline ${subject} Execution State Change`,
      resources: [execution.pipelineArn],
      detail: {
        pipeline: execution.pipeline.name,
        'execution-id': execution.id,
        version: execution.pipeline.version,
        'pipeline-execution-attempt': execution.attempt,
        ...detail,
      },
    });
  }

  return {
    pipeline(execution, state, detail) {
      tell(execution, [], state, detail);
      put(execution, 'Pipeline', {
        'start-time': isoTime(execution.startTime),
        state,
        'execution-trigger': {
          'trigger-type': execution.trigger.triggerType,
          'trigger-detail': execution.trigger.triggerDetail,
        },
      });
    },
    stage(execution, stage, state) {
      tell(execution, [stage], state, undefined);
      put(execution, 'Stage', { 'start-time': isoTime(execution.startTime), stage, state });
    },
    action(execution, action, state) {
      tell(execution, [action.stageName, action.action.name], state, action.errorDetails?.message);
      put(execution, 'Action', {
        'start-time': isoTime(action.startTime),
        'action-execution-id': action.actionExecutionId,
        stage: action.stageName,
        action: action.action.name,
        state,
        region: action.action.region ?? kernel.region,
        type: action.action.actionTypeId,
        'input-artifacts': action.inputArtifacts.map(eventArtifact),
        ...(state === 'SUCCEEDED' ? { 'output-artifacts': action.outputArtifacts.map(eventArtifact) } : {}),
        ...(state === 'STARTED' ? {} : { 'execution-result': executionResult(action) }),
      });
    },
    condition(execution, { stageName, type, summary }, state) {
      tell(execution, [stageName, type], state, summary);
    },
  };
}

function executionResult(action: ActionExecution): object {
  const { externalExecutionId, externalExecutionUrl, summary } = action.progress;
  const text = action.errorDetails?.message ?? summary;
  return {
    ...(externalExecutionUrl === undefined ? {} : { 'external-execution-url': externalExecutionUrl }),
    ...(text === undefined ? {} : { 'external-execution-summary': text }),
    ...(externalExecutionId === undefined ? {} : { 'external-execution-id': externalExecutionId }),
    ...(action.errorDetails === undefined ? {} : { 'error-code': action.errorDetails.code }),
  };
}

/** Events spell the location differently from jobs: `s3location`, `bucket`, `key`. */
function eventArtifact(artifact: ExecutionArtifact): object {
  return { name: artifact.name, s3location: { bucket: artifact.bucket, key: artifact.key } };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
