import { AwsCallError, type AwsConnection, callJson } from '../aws/index.ts';
import { AnswerNotGivenError } from './errors.ts';
import { retry, type TimeSource } from './retry.ts';

/**
 * Brings a delivery back to its own function.
 *
 * @param body - the envelope of `wrap`
 * @param dueAt - not before this moment, in milliseconds since the epoch; sooner where a queue cannot wait so long
 * @param until - no try begins after this moment
 * @throws AnswerNotGivenError when it could not be sent
 */
export type Redeliver = (body: string, dueAt: number, until: number) => Promise<void>;

const API = { service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0' } as const;
/** SQS holds a message back for at most 15 minutes; for more it takes several trips. */
const LONGEST_DELAY_SECONDS = 900;
const ATTEMPT_TIMEOUT_MS = 3_000;

/** Brings deliveries back through a continuation queue that feeds the same function. */
export function createRedeliver(queueUrl: string, connection: AwsConnection, time: TimeSource): Redeliver {
  return async (body, dueAt, until) => {
    const delay = Math.ceil((dueAt - time.now()) / 1000);
    const input = {
      QueueUrl: queueUrl,
      MessageBody: body,
      DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, Math.max(0, delay)),
    };
    try {
      await retry(
        () => callJson(connection, API, 'SendMessage', input, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) }),
        { until, time, isRetryable: (error) => error instanceof AwsCallError && error.retryable },
      );
    } catch (cause) {
      throw new AnswerNotGivenError(`the delivery could not be put off: ${(cause as Error).message}`, { cause });
    }
  };
}
