import { environmentVariables } from '../../constants.ts';
import { ConfigurationError, InvalidOptionError } from '../../core/errors.ts';
import { type Schema, validate } from '../../core/schema.ts';
import type { Parsed, TaskParts } from '../../core/service.ts';
import type { PipelineJob } from '../job.ts';
import { type JobData, type PipelineContext, readJobData } from '../job-data.ts';
import { jobDelivery } from '../job-delivery.ts';
import type { HandOver } from '../polled/hand-over.ts';
import { polledTicket } from '../polled/polled-ticket.ts';

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
  /**
   * Properties of the action's configuration whose values appear in no log line and no message: those that the action
   * type declares `secret`. A polled job does not say which they are; `CustomActionWorker` tells its function.
   *
   * @defaultValue what the construct was told
   */
  readonly secretProperties?: readonly string[];
}

/** The delivery of one handed-over job. */
export function workerDelivery<Parameters, State>(
  handOver: HandOver,
  region: string,
  { parameters, state, secretProperties = [] }: WorkerReading<Parameters, State>,
  renew: (parts: TaskParts) => Promise<JobData>,
): Parsed<WorkerJob<Parameters, State>> {
  const { job } = handOver;
  const data = readJobData(job);
  const { id, continuationToken: token } = data;
  const { configuration } = data;
  const delivery = jobDelivery(
    data,
    { id, ticket: polledTicket(handOver, region), token },
    {
      parameters: async () =>
        parameters === undefined
          ? (configuration as Parameters)
          : validate(parameters, configuration, "the action's configuration"),
      state,
      renew,
      secretProperties: [...secretProperties, ...secretPropertiesOf(process.env)],
    },
  );
  return {
    ...delivery,
    async createTask(parts) {
      const { pipelineContext } = data;
      if (pipelineContext === undefined) {
        throw new ConfigurationError('the job came without its pipelineContext; it is damaged');
      }
      return Object.assign(await delivery.createTask(parts), { pipelineContext });
    },
  };
}

/** The secret properties that the construct named: a JSON list, or none. @throws InvalidOptionError when it is damaged */
function secretPropertiesOf(env: NodeJS.ProcessEnv): readonly string[] {
  const text = env[environmentVariables.secretProperties] || '[]';
  try {
    return (JSON.parse(text) as readonly unknown[]).map(String);
  } catch {
    throw new InvalidOptionError(
      `${environmentVariables.secretProperties} must be a JSON list of names, but is ${text}`,
    );
  }
}
