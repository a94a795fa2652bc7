import { AwsCallError } from './aws-call-error.ts';
import { callSigned } from './call-signed.ts';
import type { AwsConnection } from './connection.ts';
import { xmlText } from './xml.ts';

/** A service of the AWS query protocol: form parameters in, XML out. */
export interface QueryServiceId {
  /** The endpoint prefix, such as `sts`. */
  readonly service: string;
  readonly version: string;
}

/**
 * Calls an action of a query service once, without retries.
 *
 * @returns the answer as XML, for `xmlText` and `xmlMembers`
 * @throws AwsCallError
 */
export async function callQuery(
  connection: AwsConnection,
  { service, version }: QueryServiceId,
  action: string,
  input: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string> {
  const name = `${service}:${action}`;
  const { status, text } = await callSigned(connection, {
    service,
    action: name,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ Action: action, Version: version, ...input }).toString(),
    signal,
  });
  if (status < 300) return text;
  const code = xmlText(text, 'Code') ?? `Http${status}`;
  throw new AwsCallError(`${name} failed: ${code}: ${xmlText(text, 'Message') ?? `HTTP status ${status}`}`, {
    code,
    fault: status >= 400 && status < 500 ? 'client' : 'server',
    action: name,
    status,
    requestId: xmlText(text, 'RequestId'),
  });
}
