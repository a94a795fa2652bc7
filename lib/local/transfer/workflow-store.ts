import { AwsError } from '../kernel/aws-error.ts';
import { type Execution, isEnded } from './execution.ts';
import type { Workflow } from './workflow.ts';

/** The workflows of one local cloud and their executions. */
export interface WorkflowStore {
  add(workflow: Workflow): void;
  /** Forgets a workflow; executions that have begun go on to their end. @throws AwsError ResourceNotFoundException */
  remove(workflowId: string): void;
  list(): readonly Workflow[];
  /** @throws AwsError ResourceNotFoundException */
  get(workflowId: string): Workflow;
  record(execution: Execution): void;
  /** All executions of a workflow, oldest first. @throws AwsError ResourceNotFoundException */
  executions(workflowId: string): readonly Execution[];
  /** An execution, ended or not. @throws AwsError ResourceNotFoundException */
  execution(workflowId: string, executionId: string): Execution;
  /** An execution that has not ended: the service forgets the others. @throws AwsError ResourceNotFoundException */
  inProgress(workflowId: string, executionId: string): Execution;
}

/** Creates an empty store. */
export function createWorkflowStore(): WorkflowStore {
  const workflows = new Map<string, { workflow: Workflow; executions: Execution[]; isDeleted?: boolean }>();

  function find(workflowId: string) {
    const found = workflows.get(workflowId);
    if (found === undefined) throw notFound('Workflow', workflowId);
    return found;
  }

  function present(workflowId: string) {
    const found = find(workflowId);
    if (found.isDeleted === true) throw notFound('Workflow', workflowId);
    return found;
  }

  function execution(workflowId: string, executionId: string): Execution {
    const found = find(workflowId).executions.find(({ id }) => id === executionId);
    if (found === undefined) throw notFound('Execution', executionId);
    return found;
  }

  return {
    add(workflow) {
      const executions = workflows.get(workflow.id)?.executions ?? [];
      workflows.set(workflow.id, { workflow, executions });
    },
    remove(workflowId) {
      present(workflowId).isDeleted = true;
    },
    list: () => [...workflows.values()].filter(({ isDeleted }) => isDeleted !== true).map(({ workflow }) => workflow),
    get: (workflowId) => present(workflowId).workflow,
    record: (started) => void find(started.workflow.id).executions.push(started),
    executions: (workflowId) => find(workflowId).executions,
    execution,
    inProgress(workflowId, executionId) {
      const found = execution(workflowId, executionId);
      if (isEnded(found)) throw notFound('Execution', executionId);
      return found;
    },
  };
}

function notFound(resourceType: string, resource: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Unknown ${resourceType.toLowerCase()} ${resource}`, {
    members: { Resource: resource, ResourceType: resourceType },
  });
}
