import { ConfigurationError, InvalidOptionError } from '../core/errors.ts';
import { createHandler, type HandlerOptions, type LambdaHandler } from '../core/handler.ts';
import type { LogicResult } from '../core/outcome.ts';
import { environmentRuntime, type Runtime } from '../core/runtime.ts';
import type { Schema } from '../core/schema.ts';
import type { Service } from '../core/service.ts';
import type { PipelineJob } from './job.ts';
import { readJobData } from './job-data.ts';
import { jobDelivery } from './job-delivery.ts';
import { getJobDetails } from './job-details.ts';
import { jobCallback, jobResultApi } from './job-result-api.ts';
import { jobOf } from './lambda-event.ts';
import type { JobFailureDetails, JobSuccessDetails } from './outcomes.ts';
import { type ParameterReading, readParameters } from './parameters.ts';

/** What the logic of a pipeline job may return; nothing means success. */
export type JobOutcome = LogicResult<JobSuccessDetails, JobFailureDetails>;

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
    parse(event, region) {
      const data = readJobData(jobOf(event));
      return jobDelivery(data, jobCallback(data.id, region), {
        async parameters() {
          if (Object.keys(data.configuration).length === 0) {
            throw new ConfigurationError(
              'the job came without its action configuration; it is damaged, or not a Lambda action',
            );
          }
          return readParameters(data.configuration.UserParameters, parameters);
        },
        state,
        renew: ({ connection, time }) => getJobDetails(data.id, connection, time),
      });
    },
  };
}
