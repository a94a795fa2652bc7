import { AwsCallError, CREDENTIAL_CODES } from './aws-call-error.ts';
import { callSigned, type SignedAnswer } from './call-signed.ts';
import type { AwsConnection } from './connection.ts';
import type { AwsCredentials } from './credentials.ts';

/** A service of the AWS JSON protocols. */
export interface JsonServiceId {
  /** The endpoint prefix, such as `codepipeline`. */
  readonly service: string;
  /** The name in the signature's scope. @defaultValue the endpoint prefix */
  readonly signingName?: string;
  /** The part of `X-Amz-Target` before the dot. */
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
}

/** Options of one call. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls one operation once, without retries; once more where the service refused the credentials and there are others.
 *
 * Hand-signed instead of through an SDK client: it loads in a twentieth of the time (`npm run bench`), and the
 * requests of the promise are few and small.
 *
 * @throws AwsCallError
 */
export async function callJson(
  connection: AwsConnection,
  api: JsonServiceId,
  operation: string,
  input: unknown,
  options: CallOptions = {},
): Promise<unknown> {
  const action = `${api.service}:${operation}`;
  const credentials = await credentialsFor(action, connection, options.signal);
  const call = (keys: AwsCredentials) => callOnce(connection, api, operation, input, { ...options, credentials: keys });
  try {
    return await call(credentials);
  } catch (error) {
    if (!(error instanceof AwsCallError) || !error.credentialsRefused) throw error;
    const others = await credentialsFor(action, connection, options.signal, credentials);
    if (others.accessKeyId === credentials.accessKeyId) throw error;
    return call(others);
  }
}

/** @throws AwsCallError when there are none, or none in time */
async function credentialsFor(
  action: string,
  { credentials, awaitsCredentials = true }: AwsConnection,
  signal: AbortSignal | undefined,
  refused?: AwsCredentials,
): Promise<AwsCredentials> {
  let onAbort = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Error('their source does not answer'));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([credentials(refused), late]);
  } catch (cause) {
    throw new AwsCallError(`${action} was not called, for want of credentials: ${(cause as Error).message}`, {
      code: 'NoCredentials',
      fault: 'client',
      action,
      passes: awaitsCredentials,
      cause,
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function callOnce(
  connection: AwsConnection,
  api: JsonServiceId,
  operation: string,
  input: unknown,
  { signal, credentials }: CallOptions & { readonly credentials: AwsCredentials },
): Promise<unknown> {
  const action = `${api.service}:${operation}`;
  const answer = await callSigned(connection, {
    service: api.service,
    signingName: api.signingName,
    action,
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-${api.jsonVersion}`,
      'x-amz-target': `${api.targetPrefix}.${operation}`,
      accept: 'application/json',
    },
    body: JSON.stringify(input),
    credentials,
    signal,
  });
  const { status, text } = answer;
  if (status >= 200 && status < 300) return text === '' ? {} : parse(text, action, status);
  throw errorOf(answer, action, connection);
}

function parse(text: string, action: string, status: number): unknown {
  const unreadable = (what: string, cause?: unknown) =>
    new AwsCallError(`${action} answered ${status} with a body that is ${what}`, {
      code: 'UnreadableAnswer',
      fault: 'server',
      action,
      status,
      cause,
    });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw unreadable('not JSON', cause);
  }
  // What callers read the members of.
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw unreadable('not a JSON object');
}

function errorOf({ status, headers, text }: SignedAnswer, action: string, connection: AwsConnection): AwsCallError {
  const members = membersOf(text);
  const type = textOf(headers['x-amzn-errortype'] ?? members.__type ?? members.code) || `Http${status}`;
  const code = type.split('#').at(-1)?.split(':')[0] ?? type;
  const message = textOf(members.message ?? members.Message) ?? `HTTP status ${status}`;
  return new AwsCallError(`${action} failed: ${code}: ${message}`, {
    code,
    // To be led elsewhere is no word of the service's.
    fault: status >= 400 && status < 500 ? 'client' : 'server',
    action,
    status,
    requestId: headers['x-amzn-requestid'],
    retryAfterMs: retryAfter(textOf(headers['retry-after'] ?? members.RetryAfterSeconds)),
    members,
    passes: CREDENTIAL_CODES.has(code) && connection.awaitsCredentials !== false,
  });
}

/** What an error's body holds. Of a proxy's HTML page, of nothing, and of JSON that is no object the status alone has to do. */
function membersOf(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Somebody between may put anything where the service has a text. */
function textOf(member: unknown): string | undefined {
  if (member === undefined || member === null) return undefined;
  return typeof member === 'object' ? JSON.stringify(member) : String(member);
}

/** Transfer Family sends `RetryAfterSeconds` as text; HTTP has the header in seconds. */
function retryAfter(seconds: string | undefined): number | undefined {
  const number = Number(seconds);
  return seconds !== undefined && Number.isFinite(number) && number >= 0 ? number * 1000 : undefined;
}
