import { readState, type Schema } from '../core/schema.ts';
import type { Parsed, Recognised, TaskParts } from '../core/service.ts';
import { createJob, type PipelineJob } from './job.ts';
import type { JobData } from './job-data.ts';

/** How the parts of a job are read that differ from one kind of delivery to the other. */
export interface JobReading<Parameters, State> {
  /** @throws ConfigurationError */
  readonly parameters: () => Promise<Parameters>;
  readonly state: Schema<State> | undefined;
  /** Asks CodePipeline for the job again. */
  readonly renew: (parts: TaskParts) => Promise<JobData>;
  /** How long CodePipeline waits for this job alone, in milliseconds. @defaultValue not known */
  readonly answerWithinMs?: number;
  /** Members of the action's configuration that are secrets. @defaultValue none */
  readonly secretProperties?: readonly string[];
}

/** The delivery of one job, whichever way it came. */
export function jobDelivery<Parameters, State>(
  data: JobData,
  recognised: Recognised,
  { parameters, state, renew, answerWithinMs, secretProperties = [] }: JobReading<Parameters, State>,
): Parsed<PipelineJob<Parameters, State>> {
  return {
    ...recognised,
    secrets: [data.credentials?.secretAccessKey, data.credentials?.sessionToken],
    declaredSecrets: secretProperties.map((property) => data.configuration[property]),
    answerWithinMs,
    async createTask(parts) {
      const read = await parameters();
      const left = await readState(state, parts.state);
      return createJob(data, read, left, parts, () => renew(parts));
    },
  };
}
