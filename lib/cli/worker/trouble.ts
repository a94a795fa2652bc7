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
  /** It went well. */
  over(): void;
}

/** Creates one, by the sentences that begin and end it. */
export function createTrouble(
  { log, time }: Pick<Runtime, 'log' | 'time'>,
  { begins, ends, ...fields }: { readonly begins: string; readonly ends: string; readonly id?: string },
): Trouble {
  let began: number | undefined;
  let told = { at: 0, reason: '' };
  return {
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
    },
  };
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').trim();
}
