import type { Decision } from '../decision.ts';
import { InvalidOutcomeError } from '../errors.ts';
import type { Json } from '../json.ts';
import { withoutLoss } from '../without-loss.ts';

/** DynamoDB's limit of an item (Developer Guide, quotas: item size), in bytes of UTF-8. */
const ITEM_BYTES = 409_600;
/** Kept for an entry's key, ticket and times, in bytes. */
const ENTRY_BYTES = 30_000;
/** The largest decision that an entry holds, in bytes of UTF-8 as JSON. */
export const DECISION_LIMIT_BYTES = ITEM_BYTES - ENTRY_BYTES;
/** The largest state that a run may leave, in bytes of UTF-8 as JSON: it has a row of its own. */
export const STATE_LIMIT_BYTES = ITEM_BYTES - ENTRY_BYTES;
/**
 * A state larger than this has a row of its own, in bytes of UTF-8 as JSON: each look at an entry that waits is paid by
 * the kilobyte of the entry.
 */
export const INLINE_STATE_BYTES = 4_000;

/** How many bytes a decision takes beyond what an entry holds; 0 or less where it fits. */
export function bytesTooMany(decision: Decision): number {
  return Buffer.byteLength(JSON.stringify(decision)) - DECISION_LIMIT_BYTES;
}

/** The JSON text of a state. @throws InvalidOutcomeError when it is not JSON, or larger than {@link STATE_LIMIT_BYTES} */
export function stateText(state: Json): string;
export function stateText(state: Json | undefined): string | undefined;
export function stateText(state: Json | undefined): string | undefined {
  if (state === undefined) return undefined;
  let text: string | undefined;
  try {
    text = ['function', 'symbol'].includes(typeof state) ? undefined : JSON.stringify(state, withoutLoss);
  } catch (cause) {
    throw new InvalidOutcomeError(`the state of continueAfter is not JSON: ${String((cause as Error).message)}`, {
      cause,
    });
  }
  if (text === undefined) {
    throw new InvalidOutcomeError(`the state of continueAfter is not JSON: it is of type ${typeof state}`);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > STATE_LIMIT_BYTES) {
    throw new InvalidOutcomeError(
      `the state of continueAfter has ${bytes} bytes as JSON, and at most ${STATE_LIMIT_BYTES} can be kept; keep the rest in a bucket and its key in the state`,
    );
  }
  return text;
}
