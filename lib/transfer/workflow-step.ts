import { InvalidOptionError } from '../core/errors.ts';
import { createHandler, type HandlerOptions, type LambdaHandler } from '../core/handler.ts';
import type { LogicResult } from '../core/outcome.ts';
import { environmentRuntime, type Runtime } from '../core/runtime.ts';
import { type Schema, validate } from '../core/schema.ts';
import type { Service } from '../core/service.ts';
import { tellFailure } from './failure-notice.ts';
import { observeFailures } from './observe-failures.ts';
import type { StepSuccessDetails } from './outcomes.ts';
import { stepCallback, stepResultApi } from './result-api.ts';
import { createStep, type WorkflowStep } from './step.ts';
import { readStepEvent, type StepData, type WorkflowStepEvent } from './step-event.ts';
import { readStepSettings, type StepSettings } from './step-settings.ts';

/** What the logic of a step may return; nothing means success. */
export type StepOutcome = LogicResult<StepSuccessDetails>;

/** User logic for a step. */
export type StepLogic<State> = (step: WorkflowStep<State>) => StepOutcome | Promise<StepOutcome>;

/** Options of {@link workflowStep}. */
export interface WorkflowStepOptions<State> extends HandlerOptions {
  /** A Standard Schema for the state that `continueAfter` leaves. @defaultValue taken as it is */
  readonly state?: Schema<State>;
}

/** What {@link workflowStepWith} depends on. */
export interface StepDependencies {
  readonly provide: () => Runtime;
  /** Asked at the first invocation. */
  readonly settings: () => StepSettings;
  /** Writes one line to the function's log, as it is. */
  readonly writeLine: (line: string) => void;
}

const OPTIONS: ReadonlySet<string> = new Set(['state', 'onCrash']);
/** What telling a failure may take: in milliseconds, and of the time that is left for the answer. */
const NOTICE_WITHIN_MS = 2_000;
const NOTICE_SHARE = 0.3;

/**
 * Makes a function the target of a custom step in a Transfer Family workflow: runs the logic with the step, and
 * answers it with SendWorkflowStepState, once, whatever happens.
 *
 * Permissions: transfer:SendWorkflowStepState on the workflow; what the logic does with the file; for the reason of a
 * failure events:PutEvents on the bus, and s3:GetObjectTagging and s3:PutObjectTagging on the objects, where these
 * were asked for.
 *
 * @throws InvalidOptionError when an option is unknown
 */
export function workflowStep<State = unknown>(
  logic: StepLogic<State>,
  options: WorkflowStepOptions<State> = {},
): LambdaHandler {
  const dependencies = {
    provide: environmentRuntime(),
    settings: () => readStepSettings(process.env),
    writeLine: (line: string) => void process.stdout.write(`${line}\n`),
  };
  return workflowStepWith(dependencies, logic, options);
}

/** {@link workflowStep} with its dependencies passed in. */
export function workflowStepWith<State = unknown>(
  { provide, settings: read, writeLine }: StepDependencies,
  logic: StepLogic<State>,
  options: WorkflowStepOptions<State> = {},
): LambdaHandler {
  const unknown = Object.keys(options).find((option) => !OPTIONS.has(option));
  if (unknown !== undefined) {
    throw new InvalidOptionError(`workflowStep has no option "${unknown}"; it has ${[...OPTIONS].join(', ')}`);
  }
  let settings: StepSettings | undefined;
  return async (event, context) => {
    settings ??= read();
    const known = settings;
    const runtime = provide();
    const { connection, log, time } = runtime;
    const deliveries = new Map<string, StepData>();
    // Told before the answer: at FAILURE the exception steps begin at once, and may move the object that is tagged.
    const ledger = observeFailures(runtime.ledger, async ({ id }, decision, until) => {
      const data = deliveries.get(id);
      // Once: a deferral that nobody completed is decided where its time is up, and found again on the way out.
      if (data === undefined || !deliveries.delete(id)) return;
      const withinMs = Math.min(NOTICE_WITHIN_MS, NOTICE_SHARE * (until - time.now()));
      const environment = { settings: known, connection, log, writeLine, now: () => time.now(), withinMs };
      await tellFailure({ data, decision, functionName: context.functionName }, environment);
    });
    const service = stepService(options, known, (id, data) => deliveries.set(id, data));
    return createHandler(service, logic, options, () => ({ ...runtime, ledger }))(event, context);
  };
}

function stepService<State>(
  { state: schema }: WorkflowStepOptions<State>,
  { answerWithinMs, efsMountPath }: StepSettings,
  onDelivery: (id: string, data: StepData) => void,
): Service<WorkflowStep<State>> {
  return {
    ...stepResultApi,
    parse(event, region) {
      const data = readStepEvent(event);
      const callback = stepCallback(event as WorkflowStepEvent, region);
      onDelivery(callback.id, data);
      return {
        callback,
        secrets: [data.token],
        answerWithinMs,
        async createTask(environment) {
          const left = environment.state;
          const state =
            left === undefined || schema === undefined
              ? (left as State | undefined)
              : await validate(schema, left, 'the state that the last run left');
          return createStep(data, state, environment, efsMountPath);
        },
      };
    },
  };
}
