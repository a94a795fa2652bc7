import { isRegion } from '../aws/index.ts';
import { InvalidCallbackError } from './errors.ts';

/**
 * What a service waits for, by name: whoever may write the ledger can answer it from anywhere, with `complete`. It stays
 * good for as long as the work lasts, across continuations. JSON-safe, and to be kept as a secret.
 */
export interface Callback {
  /** The service's name in Ringback, such as `codepipeline`. */
  readonly service: string;
  /** What identifies the work within the service: the id of its first delivery. */
  readonly id: string;
  /** Where the service waits. */
  readonly region: string;
}

const VERSION = 1;
const PREFIX = `rb${VERSION}.`;
const SERVICE = /^[a-z][a-z-]{0,39}$/;
/**
 * The longest id, in bytes of UTF-8: the key of an entry is made from it, and those of DynamoDB hold 2,048 (Developer Guide,
 * quotas). A third-party job has 512 characters (API model of codepipeline).
 */
const LONGEST_ID_BYTES = 1_024;

/**
 * Encodes a callback as one line of URL-safe text, to hand to another process. Treat it as a secret.
 *
 * @throws InvalidCallbackError for what lacks a part: nobody could decode it again
 */
export function encodeCallback(callback: Callback): string {
  const { service, id, region } = (callback ?? {}) as Partial<Callback>;
  for (const [part, value] of Object.entries({ service, id, region })) {
    if (typeof value !== 'string') throw new InvalidCallbackError(wrong(part, value));
  }
  return PREFIX + Buffer.from(JSON.stringify([service, id, region]), 'utf8').toString('base64url');
}

/**
 * Decodes what {@link encodeCallback} made.
 *
 * @throws InvalidCallbackError that says what is wrong; its message does not repeat the text
 */
export function decodeCallback(text: string): Callback {
  const trimmed = typeof text === 'string' ? text.trim() : '';
  if (!trimmed.startsWith(PREFIX)) throw new InvalidCallbackError(notEncoded(text, trimmed));
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(trimmed.slice(PREFIX.length), 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCallbackError('the encoded callback is damaged: copy it again, whole and on one line');
  }
  const [service, id, region] = Array.isArray(parts) ? parts : [];
  return checkCallback({ service, id, region });
}

/**
 * Checks a callback that came from outside, whole: its parts become the key of an entry and the name of a host.
 *
 * @throws InvalidCallbackError that names the part which cannot be
 */
export function checkCallback(callback: unknown): Callback {
  const { service, id, region } = (callback ?? {}) as Partial<Record<keyof Callback, unknown>>;
  if (typeof service !== 'string' || !SERVICE.test(service)) throw new InvalidCallbackError(wrong('service', service));
  if (typeof id !== 'string' || id === '' || !id.isWellFormed() || Buffer.byteLength(id) > LONGEST_ID_BYTES)
    throw new InvalidCallbackError(wrong('id', id));
  if (typeof region !== 'string' || !isRegion(region)) throw new InvalidCallbackError(wrong('region', region));
  return { service, id, region };
}

/** A callback as a task had it, or encoded. @throws InvalidCallbackError that says what is wrong */
export function readCallback(given: Callback | string): Callback {
  return typeof given === 'string' ? decodeCallback(given) : checkCallback(given);
}

function wrong(part: string, value: unknown): string {
  const got = typeof value === 'string' ? `${value.length} characters that are not one` : typeof value;
  return `the callback does not hold the ${part} of a service that waits, but ${got}`;
}

function notEncoded(text: unknown, trimmed: string): string {
  if (/^rb\d+\./.test(trimmed)) {
    return `the encoded callback is of version ${trimmed.slice(2, trimmed.indexOf('.'))}, and this copy of Ringback knows ${VERSION}`;
  }
  const got = typeof text === 'string' ? `${text.length} other characters` : typeof text;
  return `an encoded callback begins with "${PREFIX}", but got ${got}`;
}
