import type { Execution, ExecutionStatus, StepResult } from './execution.ts';
import type { FileLocation } from './file-location.ts';
import type { HomeDirectory, ServerStore } from './server-store.ts';
import { type StepType, stepName } from './workflow.ts';
import type { WorkflowStore } from './workflow-store.ts';

/** How things stand with Transfer Family; its API forgets an execution as soon as that has ended. */
export interface TransferOverview {
  readonly workflows: readonly {
    readonly id: string;
    readonly description: string;
    readonly steps: readonly { readonly type: StepType; readonly name: string }[];
    /** Newest first. */
    readonly executions: readonly {
      readonly id: string;
      readonly status: ExecutionStatus;
      readonly file: FileLocation;
      readonly userName: string;
      readonly steps: readonly StepResult[];
      readonly onExceptionSteps: readonly StepResult[];
    }[];
  }[];
  /** Who uploads where, and the workflow that this starts. */
  readonly users: readonly {
    readonly userName: string;
    readonly serverId: string;
    readonly workflowId: string | undefined;
    readonly homes: readonly HomeDirectory[];
  }[];
}

const MOST_EXECUTIONS = 50;

/** Looks at all workflows, executions and users. */
export function transferOverview(workflows: WorkflowStore, servers: ServerStore): TransferOverview {
  return {
    workflows: workflows.list().map((workflow) => ({
      id: workflow.id,
      description: workflow.description ?? '',
      steps: workflow.steps.map((step) => ({ type: step.Type, name: stepName(step) })),
      executions: workflows.executions(workflow.id).slice(-MOST_EXECUTIONS).reverse().map(executionView),
    })),
    users: servers.users().map(({ userName, serverId, homes }) => ({
      userName,
      serverId,
      homes,
      workflowId: servers.server(serverId)?.onUpload?.workflowId,
    })),
  };
}

function executionView({ id, status, initialFile, session, steps, onExceptionSteps }: Execution) {
  return { id, status, file: initialFile, userName: session.userName, steps: [...steps], onExceptionSteps };
}
