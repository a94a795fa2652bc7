import { ConfigurationError, InvalidOptionError } from '../core/errors.ts';
import { createHandler, type HandlerOptions, type LambdaHandler } from '../core/handler.ts';
import type { Continued, Deferred, Failed, Succeeded } from '../core/outcome.ts';
import { environmentRuntime, type Runtime } from '../core/runtime.ts';
import { type Schema, validate } from '../core/schema.ts';
import type { Delivery, Service, TaskEnvironment } from '../core/service.ts';
import { createJob, type PipelineJob } from './job.ts';
import { type JobData, readJobData } from './job-data.ts';
import { jobOf } from './lambda-event.ts';
import type { JobFailureDetails, JobSuccessDetails } from './outcomes.ts';
import { type ParameterReading, readParameters } from './parameters.ts';
import { jobCallback, jobResultApi } from './result-api.ts';

/** What the logic of a pipeline job may return; nothing means success. */
export type JobOutcome =
  | Succeeded<JobSuccessDetails>
  | Failed<JobFailureDetails>
  | Continued
  | Deferred
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: logic that returns nothing is typed void, and allowed
  | void;

/** User logic for a pipeline job. */
export type JobLogic<Parameters, State> = (job: PipelineJob<Parameters, State>) => JobOutcome | Promise<JobOutcome>;

/** Options of {@link pipelineJob}. */
export interface PipelineJobOptions<Parameters, State> extends HandlerOptions {
  /**
   * How UserParameters are read: `'text'`, `'json'`, or a Standard Schema.
   *
   * @defaultValue as JSON where it is JSON, else as text
   */
  readonly parameters?: ParameterReading<Parameters>;
  /** A Standard Schema for the state that `continueAfter` leaves. @defaultValue taken as it is */
  readonly state?: Schema<State>;
}

const OPTIONS: ReadonlySet<string> = new Set(['parameters', 'state', 'onCrash']);

/**
 * Makes a function the target of a pipeline's Lambda action: runs the logic with the job, and answers it with
 * PutJobSuccessResult or PutJobFailureResult, once, whatever happens.
 *
 * Permissions: codepipeline:PutJobSuccessResult and codepipeline:PutJobFailureResult, and codepipeline:GetJobDetails
 * for `job.context()` and for jobs whose artifact credentials run out, all on `*`.
 *
 * @throws InvalidOptionError when an option is unknown
 */
export function pipelineJob<Parameters = unknown, State = unknown>(
  logic: JobLogic<Parameters, State>,
  options: PipelineJobOptions<Parameters, State> = {},
): LambdaHandler {
  return pipelineJobWith(environmentRuntime(), logic, options);
}

/** {@link pipelineJob} with its dependencies passed in. */
export function pipelineJobWith<Parameters = unknown, State = unknown>(
  provide: () => Runtime,
  logic: JobLogic<Parameters, State>,
  options: PipelineJobOptions<Parameters, State> = {},
): LambdaHandler {
  const unknown = Object.keys(options).find((option) => !OPTIONS.has(option));
  if (unknown !== undefined) {
    throw new InvalidOptionError(`pipelineJob has no option "${unknown}"; it has ${[...OPTIONS].join(', ')}`);
  }
  return createHandler(jobService(options), logic, options, provide);
}

function jobService<Parameters, State>({
  parameters,
  state,
}: PipelineJobOptions<Parameters, State>): Service<PipelineJob<Parameters, State>> {
  return {
    ...jobResultApi,
    parse(event, region): Delivery<PipelineJob<Parameters, State>> {
      const data = readJobData(jobOf(event));
      return {
        callback: jobCallback(data.id, region),
        secrets: [data.credentials?.secretAccessKey, data.credentials?.sessionToken],
        continuationToken: data.continuationToken,
        createTask: (environment) => buildJob(data, environment, parameters, state),
      };
    },
  };
}

async function buildJob<Parameters, State>(
  data: JobData,
  environment: TaskEnvironment,
  parameters: ParameterReading<Parameters> | undefined,
  state: Schema<State> | undefined,
): Promise<PipelineJob<Parameters, State>> {
  if (Object.keys(data.configuration).length === 0) {
    throw new ConfigurationError(
      'the job came without its action configuration; it is damaged, or not a Lambda action',
    );
  }
  const read = await readParameters<Parameters>(data.configuration.UserParameters, parameters);
  const left =
    environment.state === undefined || state === undefined
      ? (environment.state as State | undefined)
      : await validate(state, environment.state, 'the state that the last run left');
  return createJob(data, read, left, environment);
}
