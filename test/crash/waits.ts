import type { CrashCase } from './crash-case.ts';
import { stageFunctions } from './crash-stack.ts';
import type { PlayRecord } from './play-record.ts';

/** Who answered a callback, after how long, and how long that may take. */
export interface Wait {
  readonly by: Answerer;
  /** Simulated milliseconds. */
  readonly waitedMs: number;
  readonly boundMs: number;
}

/** Who answers, told by how many processes died or failed before. */
export const answerers = [
  'the function itself',
  'its first retry',
  'its second retry',
  'the last resort',
  'the last resort, one life later',
  'the last resort, when the lease is over',
] as const;

/** One of {@link answerers}. */
export type Answerer = (typeof answerers)[number];

/** Lambda retries after one minute and after two more; the last resort's queue hands out again after three. */
const BOUND_SECONDS: Readonly<Record<Answerer, number>> = {
  'the function itself': 0,
  'its first retry': 60,
  'its second retry': 180,
  'the last resort': 180,
  'the last resort, one life later': 360,
  'the last resort, when the lease is over': 900,
};
/** For cold starts, the work itself, and a clock that runs a thousand times as fast. */
const SLACK_SECONDS = 60;

/** Tells it of one callback; undefined where it was never answered. */
export function waitOf({ fn }: CrashCase, record: PlayRecord, callbackId: string): Wait | undefined {
  const answer = record.answers.find(
    (candidate) => candidate.callbackId === callbackId && candidate.kind !== 'timedOut',
  );
  if (answer === undefined) return undefined;
  const before = record.ends.filter((end) => end.callbackId === callbackId && end.order < answer.order);
  const failures = before.filter(({ by, errorType }) => by === 'function' && errorType !== undefined);
  const lastResorts = before.filter(({ by }) => by === 'last-resort').length;
  const reporter = record.calls.findLast(
    ({ callbackId: id, order, action }) => id === callbackId && order < answer.order && action.includes(':Put'),
  );
  const timeoutSeconds = (stageFunctions[fn] as { timeout?: { toSeconds(): number } }).timeout?.toSeconds() ?? 30;
  const by = answererOf(failures.length, lastResorts, reporter?.by === 'last-resort', timeoutSeconds);
  return {
    by,
    waitedMs: answer.waitedMs,
    boundMs: (BOUND_SECONDS[by] + (timeoutSeconds < 180 ? timeoutSeconds : 0) + SLACK_SECONDS) * 1000,
  };
}

function answererOf(failures: number, lastResorts: number, byLastResort: boolean, timeoutSeconds: number): Answerer {
  if (byLastResort || failures >= 3) {
    if (timeoutSeconds > 180 && lastResorts > 0) return 'the last resort, when the lease is over';
    return lastResorts === 0 ? 'the last resort' : 'the last resort, one life later';
  }
  if (failures === 0) return 'the function itself';
  return failures === 1 ? 'its first retry' : 'its second retry';
}
