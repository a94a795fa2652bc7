import type { Kernel } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import { newWorkflowId, transferArn } from './arns.ts';
import type { CallbackStore, StepState } from './callbacks.ts';
import { checkWorkflow, unsimulatedSteps, type WorkflowInput } from './check-workflow.ts';
import { type Execution, isEnded, type StepResult } from './execution.ts';
import { wireLocation } from './file-location.ts';
import { type PageRequest, page } from './page.ts';
import type { Workflow } from './workflow.ts';
import type { WorkflowStore } from './workflow-store.ts';

interface ExecutionInput {
  readonly WorkflowId: string;
  readonly ExecutionId: string;
}

interface StepStateInput extends ExecutionInput {
  readonly Token: string;
  readonly Status: StepState;
}

/** What the operations work on. */
export interface OperationParts {
  readonly kernel: Kernel;
  readonly workflows: WorkflowStore;
  readonly callbacks: CallbackStore;
}

/** The operations of managed workflows. */
export function createOperations({ kernel, workflows, callbacks }: OperationParts): Record<string, Operation> {
  const arnOf = (workflowId: string) => transferArn(kernel, 'workflow', workflowId);

  return {
    SendWorkflowStepState({ WorkflowId, ExecutionId, Token, Status }: StepStateInput, request) {
      request.authorize('transfer:SendWorkflowStepState', arnOf(WorkflowId));
      callbacks.answer(workflows.inProgress(WorkflowId, ExecutionId), Token, Status);
      return {};
    },

    CreateWorkflow(input: WorkflowInput, request) {
      request.authorize('transfer:CreateWorkflow', arnOf('*'));
      checkWorkflow(input);
      const id = newWorkflowId(kernel);
      workflows.add({
        id,
        arn: arnOf(id),
        ...(input.Description === undefined ? {} : { description: input.Description }),
        steps: input.Steps,
        onExceptionSteps: input.OnExceptionSteps ?? [],
        tags: input.Tags ?? [],
      });
      for (const step of unsimulatedSteps(input)) {
        kernel.events.emit('notice', { message: `workflow ${id} will fail at its ${step}, which is not simulated` });
      }
      return { WorkflowId: id };
    },

    DeleteWorkflow({ WorkflowId }: { readonly WorkflowId: string }, request) {
      request.authorize('transfer:DeleteWorkflow', arnOf(WorkflowId));
      workflows.remove(WorkflowId);
      return {};
    },

    DescribeWorkflow({ WorkflowId }: { readonly WorkflowId: string }, request) {
      request.authorize('transfer:DescribeWorkflow', arnOf(WorkflowId));
      return { Workflow: workflowShape(workflows.get(WorkflowId)) };
    },

    ListWorkflows(input: PageRequest, request) {
      request.authorize('transfer:ListWorkflows', '*');
      const { items, more } = page(workflows.list(), ({ id }) => id, input);
      return {
        Workflows: items.map(({ id, arn, description }) => ({
          WorkflowId: id,
          Arn: arn,
          ...(description === undefined ? {} : { Description: description }),
        })),
        ...more,
      };
    },

    DescribeExecution({ WorkflowId, ExecutionId }: ExecutionInput, request) {
      request.authorize('transfer:DescribeExecution', arnOf(WorkflowId));
      const execution = workflows.inProgress(WorkflowId, ExecutionId);
      return {
        WorkflowId,
        Execution: {
          ...executionHead(execution),
          ExecutionRole: execution.roleArn,
          Results: {
            ...(execution.steps.length === 0 ? {} : { Steps: execution.steps.map(resultShape) }),
            ...(execution.onExceptionSteps.length === 0
              ? {}
              : { OnExceptionSteps: execution.onExceptionSteps.map(resultShape) }),
          },
        },
      };
    },

    ListExecutions({ WorkflowId, ...input }: PageRequest & { readonly WorkflowId: string }, request) {
      request.authorize('transfer:ListExecutions', arnOf(WorkflowId));
      const running = workflows.executions(WorkflowId).filter((execution) => !isEnded(execution));
      const { items, more } = page(running, ({ id }) => id, input);
      return { WorkflowId, Executions: items.map(executionHead), ...more };
    },
  };
}

function workflowShape({ id, arn, description, steps, onExceptionSteps, tags }: Workflow): object {
  return {
    Arn: arn,
    WorkflowId: id,
    ...(description === undefined ? {} : { Description: description }),
    Steps: steps,
    OnExceptionSteps: onExceptionSteps,
    ...(tags.length === 0 ? {} : { Tags: tags }),
  };
}

function executionHead({ id, initialFile, session, status }: Execution): object {
  return {
    ExecutionId: id,
    InitialFileLocation: wireLocation(initialFile),
    ServiceMetadata: {
      UserDetails: { UserName: session.userName, ServerId: session.serverId, SessionId: session.sessionId },
    },
    Status: status,
  };
}

function resultShape({ stepType, outputs, error }: StepResult): object {
  return {
    StepType: stepType,
    ...(outputs === undefined ? {} : { Outputs: outputs }),
    ...(error === undefined ? {} : { Error: { Type: error.type, Message: error.message } }),
  };
}
