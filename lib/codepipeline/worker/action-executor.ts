import type { InvocationContext } from '../../core/deadline.ts';
import { checkHandler, createReturningHandler } from '../../core/handler.ts';
import type { HandlerOptions } from '../../core/handler-parts.ts';
import { environmentRuntime, type Runtime } from '../../core/runtime.ts';
import { type Schema, validate } from '../../core/schema.ts';
import type { TaskService } from '../../core/service.ts';
import { readExecutorEvent } from '../executor-event.ts';
import type { PipelineJob } from '../job.ts';
import { jobDelivery } from '../job-delivery.ts';
import type { JobOutcome } from '../pipeline-job.ts';
import { executorService } from '../services/executor-service.ts';
import { type ExecutorAnswer, executorAnswer } from './executor-answer.ts';
import type { WorkerReading } from './worker-job.ts';

/** Options of {@link actionExecutor}. */
export interface ActionExecutorOptions<Parameters, State> extends HandlerOptions, WorkerReading<Parameters, State> {}

/** User logic of an action executor. */
export type ActionExecutorLogic<Parameters, State> = (
  job: PipelineJob<Parameters, State>,
) => JobOutcome | Promise<JobOutcome>;

/** A Lambda handler whose return value is the answer. */
export type ExecutorHandler = (event: unknown, context: InvocationContext) => Promise<ExecutorAnswer>;

const OPTIONS = ['parameters', 'state', 'onCrash'] as const;

/**
 * Makes a function the executor of a partner's action type in the Lambda integration model: CodePipeline invokes it
 * and reads the answer from what it returns.
 *
 * @throws InvalidOptionError when an option is unknown
 */
export function actionExecutor<Parameters = Readonly<Record<string, string>>, State = unknown>(
  logic: ActionExecutorLogic<Parameters, State>,
  options: ActionExecutorOptions<Parameters, State> = {},
): ExecutorHandler {
  return actionExecutorWith(environmentRuntime(), logic, options);
}

/** {@link actionExecutor} with its dependencies passed in. */
export function actionExecutorWith<Parameters = Readonly<Record<string, string>>, State = unknown>(
  provide: () => Runtime,
  logic: ActionExecutorLogic<Parameters, State>,
  options: ActionExecutorOptions<Parameters, State> = {},
): ExecutorHandler {
  checkHandler('actionExecutor', logic, options, OPTIONS);
  return createReturningHandler({ service: executorJobService(options), logic, options, provide }, executorAnswer);
}

function executorJobService<Parameters, State>({
  parameters,
  state,
}: WorkerReading<Parameters, State>): TaskService<PipelineJob<Parameters, State>> {
  return {
    ...executorService,
    parse(event, { region }) {
      const data = readExecutorEvent(event);
      const { configuration, id, continuationToken: token } = data;
      return jobDelivery(
        data,
        { id, ticket: { region, data: { jobId: id } }, token },
        {
          parameters: async () =>
            parameters === undefined
              ? (configuration as Parameters)
              : validate(parameters as Schema<Parameters>, configuration, "the action's configuration"),
          state,
          // An executor has no API to ask again: what came with the event is all there is.
          renew: async () => data,
        },
      );
    },
  };
}
