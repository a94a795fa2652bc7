import type { AwsError } from '../kernel/aws-error.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Principal } from '../kernel/kernel.ts';

/** One call as an interceptor sees it. */
export interface WireCall {
  /** The service's name, such as `codepipeline`. */
  readonly service: string;
  /** The operation's name, such as `PutJobSuccessResult`. */
  readonly operation: string;
  readonly principal: Principal;
  readonly requestId: string;
  /** The input of a JSON operation, checked against its model; otherwise what the service announced with its operation. */
  readonly input: unknown;
}

/** What a service made of a call, before the response goes out. */
export interface WireResult {
  readonly status: number;
  readonly error?: AwsError;
  /** The output of a JSON operation. */
  readonly output?: unknown;
}

/**
 * What happens to a call instead of its ordinary way: an error response, a connection that is reset without a
 * response, or a wait of `ms` simulated milliseconds after which the call goes on.
 */
export type Interception =
  | { readonly kind: 'error'; readonly error: AwsError }
  | { readonly kind: 'reset' }
  | { readonly kind: 'delay'; readonly ms: number };

/** Injects faults. Interceptors are asked in order; the first error or reset ends the matter. */
export interface Interceptor {
  /** Asked before the service acts. */
  before?(call: WireCall): Promise<Interception | undefined> | Interception | undefined;
  /** Asked when the service has acted, well or badly, and before the response goes out; a reset here is a lost response. */
  after?(call: WireCall, result: WireResult): Promise<Interception | undefined> | Interception | undefined;
}

/** Thrown when an interceptor resets the connection; no response goes out. */
export class ConnectionResetError extends Error {
  override readonly name = 'ConnectionResetError';
}

/** Asks all interceptors at both moments of a call. */
export interface Interceptors {
  /** @throws AwsError, ConnectionResetError */
  before(call: WireCall): Promise<void>;
  /** @throws AwsError, ConnectionResetError */
  after(call: WireCall, result: WireResult): Promise<void>;
}

/** Joins interceptors; delays pass on the simulated clock and end early, as resets, when `signal` aborts. */
export function joinInterceptors(
  interceptors: readonly Interceptor[],
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Interceptors {
  async function apply(interception: Interception | undefined): Promise<void> {
    if (interception === undefined) return;
    if (interception.kind === 'error') throw interception.error;
    if (interception.kind === 'reset') throw new ConnectionResetError('an interceptor reset the connection');
    await clock.sleep(interception.ms, signal).catch(() => {
      throw new ConnectionResetError('the local cloud closed during a delay');
    });
  }
  return {
    async before(call) {
      for (const interceptor of interceptors) await apply(await interceptor.before?.(call));
    },
    async after(call, result) {
      for (const interceptor of interceptors) await apply(await interceptor.after?.(call, result));
    },
  };
}
