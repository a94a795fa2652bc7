import type { Callback } from './callback.ts';
import { InvalidOutcomeError } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Json } from './outcome.ts';

/** What one run leaves for the next. */
export interface Continuation {
  /** The number of the next run; the first is 1. */
  readonly run: number;
  /** Before this moment (milliseconds since the epoch) user logic does not run. */
  readonly notBefore: number;
  /** When the first run began, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** The state is in the token, or under this key in the ledger. */
  readonly state: { readonly value: Json } | { readonly key: string };
  /** Where the outcome of `complete` arrives, and until when it is waited for (milliseconds since the epoch). */
  readonly deferral?: { readonly id: string; readonly until: number };
}

/** How a continuation stands in a token: short names, for CodePipeline leaves 2,048 characters. */
interface Token {
  readonly n: number;
  readonly b: number;
  readonly t: number;
  readonly s?: Json;
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
  { run, notBefore, startedAt, state, deferral }: Omit<Continuation, 'state'> & { readonly state: Json },
  options: { limit: number; callback: Callback; ledger: Ledger; until: number },
): Promise<string> {
  const token: Token = {
    n: run,
    b: notBefore,
    t: startedAt,
    ...(deferral ? { d: [deferral.id, deferral.until] } : {}),
  };
  const text = stringify(state);
  const whole = `${PREFIX}${JSON.stringify(token).slice(0, -1)},"s":${text}}`;
  if (whole.length <= options.limit) return whole;
  const bytes = Buffer.byteLength(text);
  if (bytes > STATE_LIMIT_BYTES) {
    throw new InvalidOutcomeError(
      `the state of continueAfter has ${bytes} bytes as JSON, and at most ${STATE_LIMIT_BYTES} can be kept; keep the rest in a bucket and its key in the state`,
    );
  }
  const key = `${options.callback.service}#${options.callback.id}#${run}`;
  await options.ledger.putState(key, text, options.until);
  return PREFIX + JSON.stringify({ ...token, r: key });
}

/** Reads what {@link encodeContinuation} wrote; undefined for a token that is not Ringback's. */
export function decodeContinuation(text: string): Continuation | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  let token: Partial<Token> | null;
  try {
    token = JSON.parse(text.slice(PREFIX.length)) as Partial<Token> | null;
  } catch {
    return undefined;
  }
  if (typeof token !== 'object' || token === null) return undefined;
  const { n: run = 1, b: notBefore = 0, t: startedAt = 0, s: value = null, r: key, d } = token;
  return {
    run,
    notBefore,
    startedAt,
    state: key === undefined ? { value } : { key },
    ...(d ? { deferral: { id: d[0], until: d[1] } } : {}),
  };
}

/** The state of a continuation. @throws LedgerError; InvalidOutcomeError when its entry is gone */
export async function loadState({ state }: Continuation, ledger: Ledger, until: number): Promise<Json> {
  if ('value' in state) return state.value;
  const kept = await ledger.getState(state.key, until);
  if (kept !== undefined) return JSON.parse(kept) as Json;
  throw new InvalidOutcomeError('the state of the last run is no longer in the ledger; was its entry deleted?');
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
