import type { Callback } from './callback.ts';
import { InvalidOutcomeError } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Json } from './outcome.ts';

/** What one run leaves for the next. */
export interface Continuation {
  /** The number of the next run of user logic; the first is 1. */
  readonly run: number;
  /** Before this moment (milliseconds since the epoch) user logic does not run. */
  readonly notBefore: number;
  readonly state: Json;
  /** Where the outcome of `complete` arrives, and until when it is waited for (milliseconds since the epoch). */
  readonly deferral?: { readonly id: string; readonly until: number };
}

/** What stands in a token: the continuation itself, its state perhaps kept elsewhere. */
interface Token {
  readonly n: number;
  readonly b: number;
  readonly s?: Json;
  /** The key of the state in the ledger. */
  readonly r?: string;
  readonly d?: readonly [id: string, until: number];
}

const PREFIX = 'rb1:';
/** A ledger item holds 400 KB in all; this many bytes of state leave room for the rest. */
export const STATE_LIMIT_BYTES = 350_000;

/**
 * Writes a continuation as a token of at most `limit` characters; a state that is too large goes into the ledger.
 *
 * @throws InvalidOutcomeError when the state is no JSON, or larger than {@link STATE_LIMIT_BYTES}
 */
export async function encodeContinuation(
  continuation: Continuation,
  options: { limit: number; callback: Callback; ledger: Ledger; until: number },
): Promise<string> {
  const { run, notBefore, state, deferral } = continuation;
  const token: Token = { n: run, b: notBefore, ...(deferral ? { d: [deferral.id, deferral.until] } : {}) };
  const text = stringify(state);
  const whole = `${PREFIX}${JSON.stringify({ ...token, s: null }).slice(0, -5)}${text}}`;
  if (whole.length <= options.limit) return whole;
  const bytes = Buffer.byteLength(text);
  if (bytes > STATE_LIMIT_BYTES) {
    throw new InvalidOutcomeError(
      `the state of continueAfter has ${bytes} bytes as JSON, and at most ${STATE_LIMIT_BYTES} can be kept; keep the rest in a bucket and its key in the state`,
    );
  }
  const key = `${options.callback.service}#${options.callback.id}`;
  await options.ledger.putState(key, text, options.until);
  return PREFIX + JSON.stringify({ ...token, r: key });
}

/**
 * Reads what {@link encodeContinuation} wrote.
 *
 * @returns undefined for a token that is not Ringback's
 */
export async function decodeContinuation(
  text: string,
  ledger: Ledger,
  until: number,
): Promise<Continuation | undefined> {
  if (!text.startsWith(PREFIX)) return undefined;
  let token: Token;
  try {
    token = JSON.parse(text.slice(PREFIX.length)) as Token;
  } catch {
    return undefined;
  }
  const kept = token.r === undefined ? undefined : await ledger.getState(token.r, until);
  if (token.r !== undefined && kept === undefined) {
    throw new InvalidOutcomeError('the state of the last run is no longer in the ledger; was its entry deleted?');
  }
  return {
    run: token.n,
    notBefore: token.b,
    state: kept === undefined ? (token.s ?? null) : (JSON.parse(kept) as Json),
    ...(token.d ? { deferral: { id: token.d[0], until: token.d[1] } } : {}),
  };
}

/** The ledger entry in which the outcome of a deferred callback arrives. */
export function deferralOf(callback: Callback, id: string = callback.id): Callback {
  return { ...callback, id: `${id}/deferred` };
}

function stringify(state: Json): string {
  try {
    const text = JSON.stringify(state);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new InvalidOutcomeError(`the state of continueAfter is no JSON: ${(cause as Error).message}`, { cause });
  }
  throw new InvalidOutcomeError(`the state of continueAfter is no JSON: it is of type ${typeof state}`);
}
