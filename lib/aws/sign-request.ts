import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { AwsCredentials } from './credentials.ts';
import { percentEncode } from './percent-encode.ts';

/** What a signature covers. */
export interface SignableRequest {
  /** The service's name in the signature's scope. S3 alone has its paths encoded once. */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  readonly host: string;
  /** Path and query, percent-encoded, as they are sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is sent. @defaultValue nothing */
  readonly body?: string | Buffer;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Proxies and runtimes change these on the way. */
const UNSIGNED_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'expect',
  'transfer-encoding',
  'user-agent',
  'x-amzn-trace-id',
]);

/**
 * Signs a request by Signature Version 4 and gives all headers to send, named in lower case.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signRequest(request: SignableRequest, credentials: AwsCredentials, now: Date): Record<string, string> {
  const bodyHash = hashOf(request.body ?? '');
  const time = now.toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  const headers: Record<string, string> = {};
  for (const name of Object.keys(request.headers)) headers[name.toLowerCase()] = request.headers[name] as string;
  headers.host = request.host;
  headers['x-amz-date'] = time;
  if (request.service === 's3') headers['x-amz-content-sha256'] = bodyHash;
  if (credentials.sessionToken) headers['x-amz-security-token'] = credentials.sessionToken;
  const signed = Object.keys(headers)
    .filter((name) => !UNSIGNED_HEADERS.has(name))
    .sort();
  const [path = '/', query = ''] = splitOnce(request.path, '?');
  const canonical = [
    request.method,
    canonicalPath(path, request.service),
    canonicalQuery(query),
    ...signed.map((name) => `${name}:${canonicalValue(headers[name] as string)}`),
    '',
    signed.join(';'),
    bodyHash,
  ].join('\n');
  const scope = [time.slice(0, 8), request.region, request.service, 'aws4_request'];
  const toSign = [ALGORITHM, time, scope.join('/'), hashOf(canonical)].join('\n');
  const key = signingKey(credentials.secretAccessKey, scope);
  const credential = [credentials.accessKeyId, ...scope].join('/');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  headers.authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
  return headers;
}

function canonicalValue(value: string): string {
  return /\s/.test(value) ? value.trim().replaceAll(/\s+/g, ' ') : value;
}

/**
 * The keys of the last scopes. One serves a day of requests of a service, and deriving it is most of the work of signing.
 * Kept as key objects: Node looks at anything else anew, each time it is a key.
 */
const keys = new Map<string, KeyObject>();
const KEPT_KEYS = 16;

function signingKey(secret: string, scope: readonly string[]): KeyObject {
  const name = [secret, ...scope].join('\n');
  const kept = keys.get(name);
  if (kept !== undefined) return kept;
  const key = createSecretKey(scope.reduce<string | Buffer>(hmac, `AWS4${secret}`) as Buffer);
  keys.set(name, key);
  const [oldest] = keys.keys();
  if (keys.size > KEPT_KEYS && oldest !== undefined) keys.delete(oldest);
  return key;
}

/** Each part is encoded once more than it is sent; S3's, where a key may hold anything, just as it is sent. */
function canonicalPath(path: string, service: string): string {
  if (path === '/') return path;
  const parts = path.split('/');
  return parts.map((part) => percentEncode(service === 's3' ? decodeURIComponent(part) : part)).join('/');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const [name = '', value = ''] = splitOnce(pair, '=');
    return [percentEncode(decodeURIComponent(name)), percentEncode(decodeURIComponent(value))] as const;
  });
  return pairs
    .sort(([oneName, one], [otherName, other]) => compare(oneName, otherName) || compare(one, other))
    .map((pair) => pair.join('='))
    .join('&');
}

/** By bytes, which for percent-encoded text is by code units. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
