import type { Callback } from '../../core/callback.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { type Schema, validate } from '../../core/schema.ts';
import type { Delivery, TaskEnvironment } from '../../core/service.ts';
import type { PipelineJob } from '../job.ts';
import { type JobData, type PipelineContext, readJobData } from '../job-data.ts';
import { jobDelivery } from '../job-delivery.ts';
import type { HandOver } from './hand-over.ts';

/** One job of a custom or third-party action, as user logic receives it. */
export interface WorkerJob<Parameters = unknown, State = unknown> extends PipelineJob<Parameters, State> {
  /** Where in which pipeline the job stands; a polled job says so itself. */
  readonly pipelineContext: PipelineContext;
}

/** How a worker reads its jobs. */
export interface WorkerReading<Parameters, State> {
  /**
   * A Standard Schema for the action's configuration, whose values are text.
   *
   * @defaultValue taken as it is
   */
  readonly parameters?: Schema<Parameters>;
  /** A Standard Schema for the state that `continueAfter` leaves. @defaultValue taken as it is */
  readonly state?: Schema<State>;
}

/** The delivery of one handed-over job. */
export function workerDelivery<Parameters, State>(
  { job }: HandOver,
  callback: Callback,
  { parameters, state }: WorkerReading<Parameters, State>,
  renew: (environment: TaskEnvironment) => Promise<JobData>,
): Delivery<WorkerJob<Parameters, State>> {
  const data = readJobData(job);
  const { configuration } = data;
  const delivery = jobDelivery(data, callback, {
    parameters: async () =>
      parameters === undefined
        ? (configuration as Parameters)
        : validate(parameters, configuration, "the action's configuration"),
    state,
    renew,
  });
  return {
    ...delivery,
    async createTask(environment) {
      const { pipelineContext } = data;
      if (pipelineContext === undefined) {
        throw new ConfigurationError('the job came without its pipelineContext; it is damaged');
      }
      return Object.assign(await delivery.createTask(environment), { pipelineContext });
    },
  };
}
