import { ConfigurationError } from '../core/errors.ts';
import { checkHandler, createHandler, type LambdaHandler } from '../core/handler.ts';
import type { HandlerOptions } from '../core/handler-parts.ts';
import { type LogicResult, succeed } from '../core/outcome.ts';
import { environmentRuntime, type Runtime } from '../core/runtime.ts';
import type { Sample } from '../core/sample.ts';
import type { Schema } from '../core/schema.ts';
import type { TaskService } from '../core/service.ts';
import { PIPELINE_JOB_SILENCE_SECONDS } from '../lifetimes.ts';
import type { PipelineJob } from './job.ts';
import { readJobData } from './job-data.ts';
import { jobDelivery } from './job-delivery.ts';
import { getJobDetails } from './job-details.ts';
import { jobOf } from './lambda-event.ts';
import type { JobFailureDetails, JobSuccessDetails } from './outcomes.ts';
import { type ParameterReading, readParameters } from './parameters.ts';
import { jobService } from './services/job-service.ts';

/** What the logic of a pipeline job may return; nothing means success. */
export type JobOutcome = LogicResult<JobSuccessDetails, JobFailureDetails>;

/** User logic for a pipeline job. */
export type JobLogic<Parameters, State> = (job: PipelineJob<Parameters, State>) => JobOutcome | Promise<JobOutcome>;

/** Options of {@link pipelineJob}. */
export interface PipelineJobOptions<Parameters, State> extends HandlerOptions {
  /**
   * How UserParameters are read: `'text'` (as they are, unchanged), `'json'`, or a Standard Schema.
   *
   * @defaultValue as JSON where it is JSON, else as text
   */
  readonly parameters?: ParameterReading<Parameters>;
  /** A Standard Schema for the state that `continueAfter` leaves. @defaultValue taken as it is */
  readonly state?: Schema<State>;
}

const OPTIONS = ['parameters', 'state', 'onCrash'] as const;

/**
 * Makes a function the target of a pipeline's Lambda action: runs the logic with the job, and answers it with
 * PutJobSuccessResult or PutJobFailureResult, once, whatever happens.
 *
 * Permissions: codepipeline:PutJobSuccessResult and codepipeline:PutJobFailureResult, and codepipeline:GetJobDetails
 * for `job.context()` and for jobs whose artifact credentials run out, all on `*`.
 *
 * @throws InvalidOptionError when the logic is not a function, or an option is unknown or cannot be
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
  checkHandler('pipelineJob', logic, options, OPTIONS, ['text', 'json']);
  return createHandler({ service: lambdaJobService(options), logic, options, provide, sample: jobSample });
}

/** A job as it comes most often; its keys are made of what those of AWS are made of. */
export function jobSample(): Sample {
  return {
    service: lambdaJobService({}),
    event: {
      'CodePipeline.job': {
        id: 'rehearsal',
        accountId: '123456789012',
        data: {
          actionConfiguration: { configuration: { UserParameters: '{"text":"a","number":1}' } },
          inputArtifacts: [{ name: 'a', location: { s3Location: { bucketName: 'a', objectKey: 'a' } } }],
          outputArtifacts: [],
          artifactCredentials: { accessKeyId: 'AKIA', secretAccessKey: 'of/a+sample', sessionToken: 'of/a+sample=' },
        },
      },
    },
    outcome: succeed({ variables: { a: 1 }, summary: 'a' }),
  };
}

function lambdaJobService<Parameters, State>({
  parameters,
  state,
}: PipelineJobOptions<Parameters, State>): TaskService<PipelineJob<Parameters, State>> {
  return {
    ...jobService,
    parse(event, { region }) {
      const data = readJobData(jobOf(event));
      const { id, continuationToken: token } = data;
      return jobDelivery(
        data,
        { id, ticket: { region, data: { jobId: id } }, token },
        {
          answerWithinMs: PIPELINE_JOB_SILENCE_SECONDS * 1000,
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
        },
      );
    },
  };
}
