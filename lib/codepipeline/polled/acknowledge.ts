import { AwsCallError, callUntil } from '../../aws/index.ts';
import type { Ticket } from '../../core/ledger/entry.ts';
import type { Acknowledgement, Asking } from '../../core/service.ts';
import { codePipelineApi } from '../api.ts';

/**
 * A nonce that was offered less than this many milliseconds ago has not been replaced by another: how long CodePipeline
 * waits for AcknowledgeJob is not documented; the local cloud waits 60 s.
 */
const FRESH_MS = 30_000;

/**
 * Acknowledges a polled job with its nonce: AcknowledgeJob, or AcknowledgeThirdPartyJob where the ticket has a client
 * token.
 *
 * When the answer to a first try is lost and the next is refused, the first has got through if the nonce is fresh, since
 * it was offered to nobody else: the job is ours. A refusal leaves doubt where an earlier attempt of ours may have
 * acknowledged it.
 *
 * @throws AwsCallError when it could not be asked, or for a missing permission. Where the fault is the client's, it is
 * certain that nothing was acknowledged
 */
export async function acknowledge({ data }: Ticket, again: boolean, asking: Asking): Promise<Acknowledgement> {
  const { jobId, nonce, clientToken, offeredAt } = data;
  const { connection, time, until, onRetry } = asking;
  let lost: AwsCallError | undefined;
  const isRetryable = (error: unknown) => {
    if (!(error instanceof AwsCallError) || !error.retryable) return false;
    if (error.fault !== 'client') lost ??= error;
    return true;
  };
  const [operation, input] =
    clientToken === undefined
      ? ['AcknowledgeJob', { jobId, nonce }]
      : ['AcknowledgeThirdPartyJob', { jobId, nonce, clientToken }];
  try {
    const limits = { until, time, isRetryable, onRetry };
    const answer = await callUntil(connection, codePipelineApi, operation, input, limits);
    // Any other status means that it is over, or that another worker has it.
    return (answer as { status?: string }).status === 'InProgress' ? 'ours' : 'not ours';
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (error.code === 'JobNotFoundException') return 'not ours';
    if (error.code !== 'InvalidNonceException') throw lost ?? error;
    if (lost !== undefined && time.now() - Number(offeredAt) < FRESH_MS) return 'ours';
    return lost !== undefined || again ? 'unknown' : 'not ours';
  }
}
