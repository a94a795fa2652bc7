import { AwsCallError } from './aws-call-error.ts';
import { callSigned } from './call-signed.ts';
import type { AwsConnection } from './connection.ts';

/** A service of the AWS query protocol: form parameters in, XML out. */
export interface QueryServiceId {
  /** The endpoint prefix, such as `sts`. */
  readonly service: string;
  readonly version: string;
}

/**
 * Calls an action of a query service once, without retries.
 *
 * @returns the answer as XML, for {@link xmlText} and {@link xmlMembers}
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

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of the first element of a name that holds text alone. */
export function xmlText(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found?.trim().replace(/&(?:(amp|lt|gt|quot|apos)|#(\d+)|#x([\da-f]+));/gi, (_, entity, decimal, hex) => {
    if (entity !== undefined) return ENTITIES[entity] ?? '';
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/** The members of the first list of a name, each as XML; members that hold lists themselves are not told apart. */
export function xmlMembers(xml: string, name: string): readonly string[] {
  const list = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1] ?? '';
  return [...list.matchAll(/<member>(.*?)<\/member>/gs)].map(([, member = '']) => member);
}
