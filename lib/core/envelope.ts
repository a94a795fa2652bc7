import { InvalidEventError } from './errors.ts';

/** One thing to answer, out of what Lambda handed over. */
export interface Unwrapped {
  /** The event as the service sent it. */
  readonly event: unknown;
  /** The continuation token, where Ringback itself brought the event back. */
  readonly token: string | undefined;
}

/** One message of a batch. */
export interface Message {
  readonly messageId: string;
  /** @throws InvalidEventError when the body is not JSON */
  read(): Unwrapped;
}

const ENVELOPE = 'ringback.redelivery';

/** The messages of an SQS batch; undefined where the event is none. */
export function messagesOf(event: unknown): readonly Message[] | undefined {
  const records = (event as { Records?: unknown } | null | undefined)?.Records;
  if (!Array.isArray(records) || records.length === 0) return undefined;
  if (!records.every((record) => record?.eventSource === 'aws:sqs')) return undefined;
  return records.map(({ messageId, body }: { messageId: string; body: string }) => ({
    messageId,
    read: () => unwrap(parse(body)),
  }));
}

/** Takes Ringback's own envelope off an event that has one. */
export function unwrap(event: unknown): Unwrapped {
  const envelope = (event as Record<string, unknown> | null | undefined)?.[ENVELOPE];
  if (typeof envelope !== 'object' || envelope === null) return { event, token: undefined };
  const { event: inner, token } = envelope as { event?: unknown; token?: unknown };
  return { event: inner, token: typeof token === 'string' ? token : '' };
}

/** Puts an event into the envelope in which Ringback brings it back. */
export function wrap(event: unknown, token: string): string {
  return JSON.stringify({ [ENVELOPE]: { event, token } });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new InvalidEventError(`expected a message of JSON, but got ${String(body).length} characters that are not`);
  }
}
