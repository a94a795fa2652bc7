import { InvalidEventError } from '../core/errors.ts';
import { type JobData, readJobData } from './job-data.ts';
import { describeEvent } from './lambda-event.ts';

type Loose = Readonly<Record<string, unknown>>;

/** Tells whether an event is one of the Lambda integration model, and can be answered. */
function isExecutorEvent(event: unknown): event is { readonly jobId: string; readonly data?: Loose } {
  const { jobId, data } = (event ?? {}) as Loose;
  return typeof jobId === 'string' && jobId !== '' && (data === undefined || typeof data === 'object');
}

/**
 * Reads the event of the Lambda integration model as a job.
 *
 * It is a job of another shape: the id stands at the top, the credentials are called actionCredentials, and the
 * configuration stands flat in the guide's sample and under `configuration` in its text; both are read.
 *
 * @throws InvalidEventError that says what came instead
 */
export function readExecutorEvent(event: unknown): JobData {
  if (!isExecutorEvent(event)) {
    throw new InvalidEventError(
      `expected the event of an action executor, {"jobId": ..., "data": ...}, but got ${describeEvent(event)}`,
    );
  }
  const { jobId: id, data, ...rest } = event as { jobId: string; data?: Loose | null };
  const { actionConfiguration, actionCredentials, ...others } = data ?? {};
  const { configuration = actionConfiguration } = (actionConfiguration ?? {}) as Loose;
  const wrapped = typeof configuration === 'object' ? configuration : actionConfiguration;
  return readJobData({
    ...rest,
    id,
    data: { ...others, actionConfiguration: { configuration: wrapped }, artifactCredentials: actionCredentials },
  });
}
