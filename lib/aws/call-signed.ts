import { AwsCallError } from './aws-call-error.ts';
import type { AwsConnection } from './connection.ts';
import { exchange, NoResponseError } from './http/exchange.ts';
import { type ServiceRequest, signFor } from './sign-for.ts';

/** What a service answered, whatever that is. */
export interface SignedAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Signs a request and sends it once.
 *
 * @throws AwsCallError with `fault: 'network'` when no whole answer came; with `fault: 'client'` when it cannot be sent
 */
export async function callSigned(
  connection: AwsConnection,
  request: ServiceRequest & { readonly body: string },
): Promise<SignedAnswer> {
  const { action, method, body, signal } = request;
  const { endpoint, path, headers } = await signFor(connection, request);
  try {
    const {
      status,
      headers: answered,
      body: bytes,
    } = await exchange(endpoint, { method, path, headers, body }, { signal });
    return { status, headers: answered, text: bytes.toString('utf8') };
  } catch (cause) {
    if (!(cause instanceof NoResponseError)) {
      const message = `${action} was not sent: ${(cause as Error).message}`;
      throw new AwsCallError(message, { code: 'InvalidRequest', fault: 'client', action, cause });
    }
    const { message, code, onDeadConnection } = cause;
    throw new AwsCallError(`${action} got no answer from ${endpoint.host}: ${message}`, {
      code,
      fault: 'network',
      action,
      onDeadConnection,
      cause: cause.cause,
    });
  }
}
