import {
  type AwsConnection,
  type AwsCredentials,
  type CredentialProvider,
  callUntil,
  type TimeSource,
} from '../aws/index.ts';
import { codePipelineApi } from './api.ts';
import { type JobData, readJobData } from './job-data.ts';

/** Asking may take this long, in milliseconds. */
const PATIENCE_MS = 15_000;
/** Credentials that end within this time are renewed, in milliseconds. */
const RENEWAL_MARGIN_MS = 5 * 60_000;

/** Asks CodePipeline for a job: its place in the pipeline, and new artifact credentials. @throws AwsCallError */
export function getJobDetails(jobId: string, connection: AwsConnection, time: TimeSource): Promise<JobData> {
  return askForJob('GetJobDetails', { jobId }, connection, time);
}

/** {@link getJobDetails} for a job of a third-party action. @throws AwsCallError */
export function getThirdPartyJobDetails(
  input: { readonly jobId: string; readonly clientToken: string },
  connection: AwsConnection,
  time: TimeSource,
): Promise<JobData> {
  return askForJob('GetThirdPartyJobDetails', input, connection, time);
}

async function askForJob(
  operation: string,
  input: object,
  connection: AwsConnection,
  time: TimeSource,
): Promise<JobData> {
  const limits = { until: time.now() + PATIENCE_MS, time };
  const { jobDetails } = (await callUntil(connection, codePipelineApi, operation, input, limits)) as {
    jobDetails?: unknown;
  };
  return readJobData(jobDetails);
}

/**
 * The job's artifact credentials, renewed shortly before their end.
 *
 * @param first - what the event brought; without an end they are taken to last as long as the function can
 * @param renew - asks for the job again
 */
export function artifactCredentials(
  first: AwsCredentials | undefined,
  renew: () => Promise<JobData>,
  time: TimeSource,
  onCredentials: (credentials: AwsCredentials) => void,
): CredentialProvider {
  let current = first;
  let renewal: Promise<AwsCredentials> | undefined;
  return async () => {
    const fresh = current && (current.expiration?.getTime() ?? Infinity) - RENEWAL_MARGIN_MS > time.now();
    if (current !== undefined && fresh) return current;
    renewal ??= renew()
      .then(({ credentials }) => {
        if (credentials === undefined) throw new Error('CodePipeline gave the job no artifact credentials');
        onCredentials(credentials);
        current = credentials;
        return credentials;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  };
}
