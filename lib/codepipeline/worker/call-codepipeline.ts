import { AwsCallError, type AwsConnection, callJson } from '../../aws/index.ts';
import { retry, type TimeSource } from '../../core/retry.ts';
import { codePipelineApi } from '../api.ts';

/** One try ends here, in milliseconds. */
const ATTEMPT_TIMEOUT_MS = 5_000;

/** What a call to CodePipeline needs. */
export interface CallEnvironment {
  readonly connection: AwsConnection;
  readonly time: TimeSource;
  /** No try begins after this moment, in milliseconds since the epoch. */
  readonly until: number;
}

/** Calls an operation of CodePipeline; throttling, 5xx and network errors are retried. @throws AwsCallError */
export function callCodePipeline(operation: string, input: object, environment: CallEnvironment): Promise<unknown> {
  const { connection, time, until } = environment;
  return retry(
    () => callJson(connection, codePipelineApi, operation, input, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) }),
    {
      until,
      time,
      isRetryable: (error) => error instanceof AwsCallError && error.retryable,
      retryAfterMs: (error) => (error instanceof AwsCallError ? error.retryAfterMs : undefined),
    },
  );
}
