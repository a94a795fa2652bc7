import { type Delivery, deliveryOf } from '../../lib/core/delivery.ts';
import { unwrap } from '../../lib/core/envelope.ts';
import type { EventSource } from './play-record.ts';
import type { Story } from './story.ts';

/** What an event of any function of the stage is about. */
export interface Delivered {
  readonly play: string;
  readonly callbackId: string;
  /** What it asks the ledger for; absent where the event only names a callback. */
  readonly delivery?: Delivery;
  readonly secrets: readonly string[];
  readonly source: EventSource;
  /** How often the message was received by now, where it came through a queue. */
  readonly receipt?: number;
}

interface AnyEvent {
  readonly Records?: readonly { readonly body?: string; readonly attributes?: Readonly<Record<string, string>> }[];
  readonly play?: string;
  readonly callbackId?: string;
}

/** Reads the event itself, the message that holds it, or the failure that the last resort is told of. */
export function readDelivered(story: Story, event: unknown): Delivered | undefined {
  const direct = readOne(story, event, 'service');
  if (direct !== undefined) return direct;
  const { play, callbackId, Records: [message] = [] } = (event ?? {}) as AnyEvent;
  if (play !== undefined && callbackId !== undefined) return { play, callbackId, secrets: [], source: 'service' };
  if (message?.body === undefined) return undefined;
  const record = JSON.parse(message.body) as { requestPayload?: unknown };
  const queued = readOne(story, record.requestPayload ?? record, 'queue');
  return queued && { ...queued, receipt: Number(message.attributes?.ApproximateReceiveCount ?? 1) };
}

function readOne(story: Story, event: unknown, source: EventSource): Delivered | undefined {
  const { event: single, token } = unwrap(event);
  const read = story.read(single);
  if (read === undefined) return undefined;
  const { play, recognised, secrets, isEnd } = read;
  const delivered = { play, callbackId: recognised.id, secrets };
  if (isEnd === true) return { ...delivered, source: 'end' };
  const delivery = deliveryOf(story.service, recognised, token);
  return { ...delivered, delivery, source: token === undefined ? source : 'continuation' };
}

/** The function whose failure the last resort is told of, in its event or in the message itself. */
export function failedFunction(event: unknown): string | undefined {
  const { Records: [message] = [] } = (event ?? {}) as AnyEvent;
  const { requestContext } = ((message?.body === undefined ? event : JSON.parse(message.body)) ?? {}) as {
    requestContext?: { readonly functionArn?: string };
  };
  return /:function:([^:]+)/.exec(requestContext?.functionArn ?? '')?.[1];
}
