import type { Callback } from '../core/callback.ts';
import { type Schema, validate } from '../core/schema.ts';
import type { Delivery, TaskEnvironment } from '../core/service.ts';
import { createJob, type PipelineJob } from './job.ts';
import type { JobData } from './job-data.ts';

/** How the parts of a job are read that differ from one kind of delivery to the other. */
export interface JobReading<Parameters, State> {
  /** @throws ConfigurationError */
  readonly parameters: () => Promise<Parameters>;
  readonly state: Schema<State> | undefined;
  /** Asks CodePipeline for the job again. */
  readonly renew: (environment: TaskEnvironment) => Promise<JobData>;
}

/** The delivery of one job, whichever way it came. */
export function jobDelivery<Parameters, State>(
  data: JobData,
  callback: Callback,
  { parameters, state, renew }: JobReading<Parameters, State>,
): Delivery<PipelineJob<Parameters, State>> {
  return {
    callback,
    secrets: [data.credentials?.secretAccessKey, data.credentials?.sessionToken],
    continuationToken: data.continuationToken,
    async createTask(environment) {
      const read = await parameters();
      const left =
        environment.state === undefined || state === undefined
          ? (environment.state as State | undefined)
          : await validate(state, environment.state, 'the state that the last run left');
      return createJob(data, read, left, environment, () => renew(environment));
    },
  };
}
