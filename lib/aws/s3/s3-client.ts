import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsCallError } from '../aws-call-error.ts';
import { type AwsConnection, isRegion } from '../connection.ts';
import type { CredentialProvider } from '../credentials.ts';
import { addressOf, type S3Location } from './bucket-address.ts';
import { readS3Error } from './s3-error.ts';
import { sendSigned } from './send-signed.ts';

/** Options of {@link createS3Client}. */
export interface S3ClientOptions {
  readonly connection: AwsConnection;
  /** Asked before every attempt, so that renewed keys take hold at once. @defaultValue the connection's */
  readonly credentials?: CredentialProvider;
  /** Ends whatever runs; calls then reject with its reason. */
  readonly signal?: AbortSignal;
  /** How often a request is tried. @defaultValue 5 */
  readonly attempts?: number;
  /** The longest wait before the second attempt, in milliseconds; doubles with each. @defaultValue 100 */
  readonly firstDelayMs?: number;
  /** The longest wait between attempts, in milliseconds. @defaultValue 5000 */
  readonly longestDelayMs?: number;
  /** A number in [0, 1) for the jitter. @defaultValue Math.random */
  readonly random?: () => number;
  /** Waits; rejects when the signal aborts. @defaultValue a timer */
  readonly sleep?: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** One request to S3. */
export interface S3Call {
  readonly location: S3Location;
  /** For errors: `s3:GetObject`. */
  readonly action: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** The query, percent-encoded, without the question mark. */
  readonly query?: string;
  /** Which version of the object is meant. @defaultValue the current one */
  readonly versionId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** How long the socket may be silent, in milliseconds. @defaultValue 10000 */
  readonly idleTimeoutMs?: number;
}

/** Sends requests to S3. */
export interface S3Client {
  readonly signal: AbortSignal | undefined;
  readonly attempts: number;
  /**
   * Sends a request, again after failures that pass, and once more to the bucket's own region when S3 names it.
   *
   * @returns an answer of status 2xx, its body unread
   * @throws AwsCallError with S3's code; the signal's reason when that aborted
   */
  send(call: S3Call): Promise<IncomingMessage>;
  /** Waits before attempt number `attempt + 1`: a random part of a bound that doubles (full jitter). */
  backOff(attempt: number, retryAfterMs?: number): Promise<void>;
  /** The same client under another signal. */
  withSignal(signal: AbortSignal): S3Client;
}

/** Codes by which S3 says that a bucket lives in another region. */
const ELSEWHERE_CODES: ReadonlySet<string> = new Set([
  'AuthorizationHeaderMalformed',
  'PermanentRedirect',
  'TemporaryRedirect',
  'IllegalLocationConstraintException',
  // HEAD has no body that would say more.
  'BadRequest',
]);

const EXPIRED_CODES: ReadonlySet<string> = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']);

/** Creates a client, which remembers the regions of the buckets that it meets. */
export function createS3Client(options: S3ClientOptions): S3Client {
  const { connection, signal } = options;
  const credentialsOf = options.credentials ?? connection.credentials;
  const attempts = options.attempts ?? 5;
  const firstDelayMs = options.firstDelayMs ?? 100;
  const longestDelayMs = options.longestDelayMs ?? 5000;
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? ((delayMs, stop) => wait(delayMs, undefined, stop ? { signal: stop } : {}));
  const regions = new Map<string, string>();

  async function backOff(attempt: number, retryAfterMs = 0): Promise<void> {
    const bound = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
    try {
      await sleep(Math.max(Math.min(retryAfterMs, longestDelayMs), random() * bound), signal);
    } finally {
      signal?.throwIfAborted();
    }
  }

  async function sendOnce(call: S3Call, accessKeys: Set<string>): Promise<IncomingMessage> {
    const address = addressOf(connection, call.location, regions.get(call.location.bucket));
    const version = call.versionId === undefined ? undefined : `versionId=${encodeURIComponent(call.versionId)}`;
    const query = [call.query, version].filter((part) => part !== undefined).join('&');
    const credentials = await credentialsOf();
    accessKeys.add(credentials.accessKeyId);
    const response = await sendSigned(address.connection, {
      service: 's3',
      action: call.action,
      method: call.method,
      path: query === '' ? address.path : `${address.path}?${query}`,
      headers: call.headers ?? {},
      ...(call.body ? { body: call.body } : {}),
      credentials,
      signal,
      ...(call.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: call.idleTimeoutMs }),
    });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw await readS3Error(response, call.action);
  }

  /** Learns the bucket's region from an error; tells whether that is news. */
  function learnRegion(bucket: string, error: AwsCallError): boolean {
    const region = error.members.Region;
    // It becomes a part of the host that gets the next signed request.
    if (!ELSEWHERE_CODES.has(error.code) || typeof region !== 'string' || !isRegion(region)) return false;
    if (regions.has(bucket) || region === connection.region) return false;
    regions.set(bucket, region);
    return true;
  }

  /** Whether a request that failed for expired keys can go out again with others. */
  async function hasOtherKeys(error: AwsCallError, accessKeys: Set<string>): Promise<boolean> {
    return (
      EXPIRED_CODES.has(error.code) && accessKeys.size === 1 && !accessKeys.has((await credentialsOf()).accessKeyId)
    );
  }

  async function send(call: S3Call): Promise<IncomingMessage> {
    const accessKeys = new Set<string>();
    let attempt = 1;
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await sendOnce(call, accessKeys);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof AwsCallError)) throw error;
        if (learnRegion(call.location.bucket, error) || (await hasOtherKeys(error, accessKeys))) continue;
        if (!error.retryable || attempt >= attempts) throw error;
        await backOff(attempt++, error.retryAfterMs);
      }
    }
  }

  return { signal, attempts, send, backOff, withSignal: (other) => createS3Client({ ...options, signal: other }) };
}
