import type { ActionExecutionStatus, ErrorDetails, PipelineExecution, PipelineExecutionStatus } from './execution.ts';

/** How an execution ended, for callers inside the process. */
export interface ExecutionResult {
  readonly pipelineExecutionId: string;
  readonly status: PipelineExecutionStatus;
  readonly statusSummary?: string;
  /** Every run of every action, oldest first. */
  readonly actions: readonly ActionOutcome[];
}

/** How one run of an action ended. */
export interface ActionOutcome {
  readonly stageName: string;
  readonly actionName: string;
  readonly actionExecutionId: string;
  readonly status: ActionExecutionStatus;
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly errorDetails?: ErrorDetails;
  readonly outputVariables: Readonly<Record<string, string>>;
}

/** Describes an execution that has come to its end. */
export function executionResult(execution: PipelineExecution): ExecutionResult {
  return {
    pipelineExecutionId: execution.id,
    status: execution.status,
    ...(execution.statusSummary === undefined ? {} : { statusSummary: execution.statusSummary }),
    actions: execution.actions.map(({ progress: { summary, externalExecutionId }, ...run }) => ({
      stageName: run.stageName,
      actionName: run.action.name,
      actionExecutionId: run.actionExecutionId,
      status: run.status,
      ...(summary === undefined ? {} : { summary }),
      ...(externalExecutionId === undefined ? {} : { externalExecutionId }),
      ...(run.errorDetails === undefined ? {} : { errorDetails: run.errorDetails }),
      outputVariables: run.outputVariables,
    })),
  };
}
