import { InvalidCallbackError } from './errors.ts';

/**
 * Where an answer goes. JSON-safe, and a secret: whoever holds it can answer.
 */
export interface Callback {
  /** The service's name in Ringback, such as `codepipeline`. */
  readonly service: string;
  /** What identifies the delivery within the service; no secret. */
  readonly id: string;
  /** Where the service waits. */
  readonly region: string;
  /** What the result API wants: ids and tokens. */
  readonly data: Readonly<Record<string, string>>;
}

const PREFIX = 'rb1.';

/** Encodes a callback as one line of URL-safe text, to hand to another process. Treat it as a secret. */
export function encodeCallback(callback: Callback): string {
  const { service, id, region, data } = callback;
  return PREFIX + Buffer.from(JSON.stringify([service, id, region, data]), 'utf8').toString('base64url');
}

/** Decodes what {@link encodeCallback} made. @throws InvalidCallbackError; its message does not repeat the text */
export function decodeCallback(text: string): Callback {
  if (typeof text !== 'string' || !text.trim().startsWith(PREFIX)) {
    throw new InvalidCallbackError(
      `an encoded callback begins with "${PREFIX}", but got ${typeof text === 'string' ? `${text.length} other characters` : typeof text}`,
    );
  }
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text.trim().slice(PREFIX.length), 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCallbackError('the encoded callback is damaged: copy it again, whole and on one line');
  }
  if (!Array.isArray(parts) || parts.length !== 4 || !isCallbackParts(parts)) {
    throw new InvalidCallbackError('the encoded callback does not hold a service, an id, a region and data');
  }
  const [service, id, region, data] = parts;
  return { service, id, region, data };
}

function isCallbackParts(parts: unknown[]): parts is [string, string, string, Record<string, string>] {
  const [service, id, region, data] = parts;
  return (
    [service, id, region].every((part) => typeof part === 'string' && part !== '') &&
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data) &&
    Object.values(data).every((value) => typeof value === 'string')
  );
}
