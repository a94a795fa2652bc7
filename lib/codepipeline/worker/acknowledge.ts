import { AwsCallError, callJson } from '../../aws/index.ts';
import type { Callback } from '../../core/callback.ts';
import type { ClaimEnvironment, ClaimResult } from '../../core/claiming.ts';
import { retry } from '../../core/retry.ts';
import { codePipelineApi } from '../api.ts';

/** One try ends here, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 5_000;
/**
 * A nonce that was offered less than this many milliseconds ago has not been replaced by another: how long CodePipeline
 * waits for AcknowledgeJob is not documented; the local cloud waits 60 s.
 */
const FRESH_MS = 30_000;

/** What {@link acknowledge} needs beside a connection. */
export interface AcknowledgeEnvironment extends ClaimEnvironment {
  /** When the nonce was offered, in milliseconds since the epoch; undefined where nobody knows any more. */
  readonly offeredAt: number | undefined;
}

/**
 * Claims a job with its nonce: AcknowledgeJob, or AcknowledgeThirdPartyJob where the callback has a client token.
 *
 * When the answer to a first try is lost and the next is refused, the first has got through if the nonce is fresh, since
 * it was offered to nobody else: that counts as claimed.
 *
 * @throws AwsCallError when it could not be asked, or for a missing permission. Where the fault is the client's, it is
 * certain that nothing was claimed
 */
export async function acknowledge(
  { data: { jobId, nonce, clientToken } }: Callback,
  environment: AcknowledgeEnvironment,
): Promise<ClaimResult> {
  const { connection, time, until, offeredAt } = environment;
  const [operation, input] =
    clientToken === undefined
      ? ['AcknowledgeJob', { jobId, nonce }]
      : ['AcknowledgeThirdPartyJob', { jobId, nonce, clientToken }];
  let lost: AwsCallError | undefined;
  try {
    const { status } = (await retry(
      () =>
        callJson(connection, codePipelineApi, operation, input, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) }),
      {
        until,
        time,
        isRetryable(error) {
          if (!(error instanceof AwsCallError) || !error.retryable) return false;
          if (error.fault !== 'client') lost ??= error;
          return true;
        },
        retryAfterMs: (error) => (error instanceof AwsCallError ? error.retryAfterMs : undefined),
      },
    )) as { status?: string };
    return status === 'InProgress' ? 'claimed' : 'closed';
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (error.code === 'InvalidNonceException') {
      if (lost === undefined) return 'refused';
      return offeredAt !== undefined && time.now() - offeredAt < FRESH_MS ? 'claimed' : 'uncertain';
    }
    if (error.code === 'JobNotFoundException') return 'closed';
    throw lost ?? error;
  }
}
