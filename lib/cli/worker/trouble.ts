import type { Runtime } from '../../core/runtime.ts';
import { durationText } from '../time-text.ts';
import { adviceOn } from './advice.ts';

/** The same trouble is told of again after this long, in milliseconds. */
const AGAIN_MS = 10 * 60_000;
/** A trouble that changes is told of again after this long at the soonest, in milliseconds. */
const CHANGED_MS = 60_000;

/**
 * Something that goes wrong again and again. It is told of when it begins, when it changes, every ten minutes while it
 * lasts, and when it is over: a night without a network is some fifty lines, not thousands.
 */
export interface Trouble {
  /** It went wrong once more. */
  met(error: unknown): void;
  /** One try of several failed, and the next may do: it went wrong only where tries fail for a while. */
  tried(error: unknown): void;
  /** It went well. */
  over(): void;
}

/** Tries that fail for so long, in milliseconds, are trouble; what is shorter is throttling, say, that passes. */
const TRYING_MS = 5_000;
/** Tries that are further apart belong to different calls, in milliseconds: none waits longer for its next one. */
const APART_MS = 30_000;

/** Creates one, by the sentences that begin and end it. */
export function createTrouble(
  { log, time }: Pick<Runtime, 'log' | 'time'>,
  { begins, ends, ...fields }: { readonly begins: string; readonly ends: string; readonly id?: string },
): Trouble {
  let began: number | undefined;
  let told = { at: 0, reason: '' };
  let failing: { readonly since: number; readonly last: number } | undefined;
  const trouble: Trouble = {
    tried(error) {
      const now = time.now();
      const goesOn = failing !== undefined && now - failing.last < APART_MS;
      failing = { since: goesOn && failing ? failing.since : now, last: now };
      if (now - failing.since >= TRYING_MS) trouble.met(error);
    },
    met(error) {
      const now = time.now();
      const reason = reasonOf(error);
      const wait = reason === told.reason ? AGAIN_MS : CHANGED_MS;
      if (began !== undefined && now - told.at < wait) return;
      const advice = adviceOn(error, process.env);
      log.error(begins, {
        ...fields,
        reason,
        ...(advice === undefined ? {} : { advice }),
        ...(began === undefined ? {} : { for: durationText(now - began) }),
      });
      began ??= now;
      told = { at: now, reason };
    },
    over() {
      if (began !== undefined) log.info(ends, { ...fields, after: durationText(time.now() - began) });
      began = undefined;
      told = { at: 0, reason: '' };
      failing = undefined;
    },
  };
  return trouble;
}

/** What an error says, in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').trim();
}
