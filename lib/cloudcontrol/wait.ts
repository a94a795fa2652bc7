import { randomUUID } from 'node:crypto';
import type { CredentialProvider } from '../aws/index.ts';
import { checkOptions } from '../core/check-options.ts';
import type { Json } from '../core/json.ts';
import { isFunction, isSignal, isText } from '../core/option-kinds.ts';
import { checkRequest } from './check-request.ts';
import { clientTokensOf } from './client-token.ts';
import { createCloudControlClient } from './cloudcontrol-client.ts';
import { type CloudControlRuntime, environmentRuntime } from './cloudcontrol-runtime.ts';
import { pause } from './pause.ts';
import type { RequestProgress, ResourceRequest, Turn } from './resource-request.ts';

/** Options of {@link wait}. */
export interface WaitOptions {
  /** Told of each step; the summary holds no values of properties. */
  readonly onProgress?: (progress: RequestProgress) => void;
  /** Cancels the request when it aborts; what it has made stays. */
  readonly signal?: AbortSignal;
  /** @defaultValue the process's own */
  readonly credentials?: CredentialProvider;
  /** @defaultValue AWS_REGION */
  readonly region?: string;
  /**
   * Identifies the work, such as an order's number: within 36 hours the same work is the same request, in whichever
   * process.
   *
   * @defaultValue one of its own for each call
   */
  readonly work?: string;
}

const OPTIONS = { onProgress: isFunction, signal: isSignal, credentials: isFunction, region: isText, work: isText };
/** Time enough for a call, in milliseconds: nothing ends this process. */
const UNHURRIED_MS = 60_000;

/**
 * Carries a request out in a process that lives for as long as it takes, and resolves to what has become of it.
 *
 * @throws ResourceRequestError when it failed or was cancelled; PermissionError; ConfigurationError; InvalidOptionError
 */
export function wait<Result>(request: ResourceRequest<Result>, options: WaitOptions = {}): Promise<Result> {
  return waitWith(environmentRuntime(), request, options);
}

/** {@link wait} with its dependencies passed in. */
export async function waitWith<Result>(
  runtime: CloudControlRuntime,
  request: ResourceRequest<Result>,
  options: WaitOptions = {},
): Promise<Result> {
  checkRequest('wait', request);
  checkOptions('wait', options, OPTIONS);
  const { time, rate, schemas } = runtime;
  const connection = runtime.connect(options.region, options.credentials);
  const turn: Omit<Turn, 'state' | 'isAborted'> = {
    client: createCloudControlClient({ connection, time, rate, remainingMs: () => UNHURRIED_MS }),
    schemas,
    time,
    clientToken: clientTokensOf('wait', options.work ?? randomUUID(), connection.region),
  };
  let state: Json | undefined;
  for (;;) {
    const isAborted = options.signal?.aborted ?? false;
    const step = await request.advance({ ...turn, state, isAborted });
    if (step.kind === 'done') return step.result;
    options.onProgress?.(step.progress);
    state = step.state;
    // What is being cancelled ends by itself; an abort that was heeded wakes nobody twice.
    await pause(step.delayMs, time, isAborted ? undefined : options.signal);
  }
}
