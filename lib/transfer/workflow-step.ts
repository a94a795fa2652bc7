import { checkHandler, createHandler, type LambdaHandler } from '../core/handler.ts';
import type { HandlerOptions } from '../core/handler-parts.ts';
import { type LogicResult, succeed } from '../core/outcome.ts';
import { environmentRuntime, type Runtime } from '../core/runtime.ts';
import type { Sample } from '../core/sample.ts';
import { readState, type Schema } from '../core/schema.ts';
import type { TaskService } from '../core/service.ts';
import type { StepSuccessDetails } from './outcomes.ts';
import { recogniseStep, stepService } from './result-api.ts';
import { createStep, type WorkflowStep } from './step.ts';
import { readStepEvent } from './step-event.ts';
import { readStepSettings } from './step-settings.ts';

/** What the logic of a step may return; nothing means success. */
export type StepOutcome = LogicResult<StepSuccessDetails>;

/** User logic for a step. */
export type StepLogic<State> = (step: WorkflowStep<State>) => StepOutcome | Promise<StepOutcome>;

/** Options of {@link workflowStep}. */
export interface WorkflowStepOptions<State> extends HandlerOptions {
  /** A Standard Schema for the state that `continueAfter` leaves. @defaultValue taken as it is */
  readonly state?: Schema<State>;
}

const OPTIONS = ['state', 'onCrash'] as const;

/**
 * Makes a function the target of a custom step in a Transfer Family workflow: runs the logic with the step, and
 * answers it with SendWorkflowStepState, once, whatever happens.
 *
 * Permissions: transfer:SendWorkflowStepState on the workflow; what the logic does with the file; for the reason of a
 * failure events:PutEvents on the bus, and s3:GetObjectTagging and s3:PutObjectTagging on the objects, where these
 * were asked for.
 *
 * @throws InvalidOptionError when the logic is not a function, or an option is unknown or cannot be
 */
export function workflowStep<State = unknown>(
  logic: StepLogic<State>,
  options: WorkflowStepOptions<State> = {},
): LambdaHandler {
  return workflowStepWith(environmentRuntime(), logic, options);
}

/** {@link workflowStep} with its dependencies passed in. */
export function workflowStepWith<State = unknown>(
  provide: () => Runtime,
  logic: StepLogic<State>,
  options: WorkflowStepOptions<State> = {},
): LambdaHandler {
  checkHandler('workflowStep', logic, options, OPTIONS);
  return createHandler({ service: stepTaskService(options), logic, options, provide, sample: stepSample });
}

/** A step as it comes most often. */
export function stepSample(): Sample {
  return {
    service: stepTaskService({}),
    event: {
      token: 'of/a+sample=',
      serviceMetadata: {
        executionDetails: { workflowId: 'w-1', executionId: 'rehearsal' },
        transferDetails: { sessionId: 'a', userName: 'a', serverId: 's-1' },
      },
      fileLocation: { domain: 'S3', bucket: 'a', key: 'a', eTag: 'a', versionId: null },
    },
    outcome: succeed({ summary: 'a' }),
  };
}

function stepTaskService<State>({ state: schema }: WorkflowStepOptions<State>): TaskService<WorkflowStep<State>> {
  return {
    ...stepService,
    parse(event, origin) {
      const { answerWithinMs, efs } = readStepSettings(process.env);
      const data = readStepEvent(event);
      return {
        ...recogniseStep(event, origin),
        secrets: [data.token],
        answerWithinMs,
        async createTask(parts) {
          return createStep(data, await readState(schema, parts.state), parts, efs);
        },
      };
    },
  };
}
