import type { CrashCase } from './crash-case.ts';
import { stageFunctions } from './crash-stack.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';

/** Who answered a callback, after how long, and how long that may take. */
export interface Wait {
  readonly by: Answerer;
  /** Simulated milliseconds. */
  readonly waitedMs: number;
  readonly boundMs: number;
}

/** Who answers. */
export const answerers = [
  'the function itself',
  'its first retry',
  'its second retry',
  'the last resort',
  'the last resort, one life later',
  'the last resort, when the lease is over',
  'whoever completes it',
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
  'whoever completes it': 180,
};
/** The second retry comes after this time; a lease that lasts longer outlasts it. */
const LONGEST_RETRY_SECONDS = 180;
/** For cold starts and the work itself. */
const SLACK_SECONDS = 60;
/** A clock that runs a thousand times as fast overshoots: a hiccup of 20 real milliseconds is 20 seconds. */
const SLACK_SHARE = 0.15;

/** Tells it of one callback; undefined where it was never answered. */
export function waitOf(
  { fn }: CrashCase,
  record: PlayRecord,
  callbackId: string,
  answerActions: readonly string[],
): Wait | undefined {
  const answer = record.answers.find(
    (candidate) => candidate.callbackId === callbackId && candidate.kind !== 'timedOut',
  );
  if (answer === undefined) return undefined;
  const lastResorts = record.ends.filter(
    (end) => end.callbackId === callbackId && end.order < answer.order && end.by === 'last-resort',
  );
  const reporter = record.calls.findLast(
    (call) => call.callbackId === callbackId && call.order < answer.order && answerActions.includes(call.action),
  );
  const timeoutSeconds = (stageFunctions[fn] as { timeout?: { toSeconds(): number } }).timeout?.toSeconds() ?? 30;
  const by = answererOf(reporter, lastResorts.length, timeoutSeconds);
  const running = timeoutSeconds < LONGEST_RETRY_SECONDS ? timeoutSeconds : 0;
  return {
    by,
    waitedMs: answer.waitedMs,
    boundMs: (BOUND_SECONDS[by] * (1 + SLACK_SHARE) + running + SLACK_SECONDS) * 1000,
  };
}

function answererOf(reporter: RecordedCall | undefined, lastResorts: number, timeoutSeconds: number): Answerer {
  if (reporter?.by === 'last-resort') {
    if (lastResorts === 0) return 'the last resort';
    return timeoutSeconds > LONGEST_RETRY_SECONDS
      ? 'the last resort, when the lease is over'
      : 'the last resort, one life later';
  }
  if (reporter?.by === 'completer') return 'whoever completes it';
  if (reporter === undefined || reporter.attempt === 1) return 'the function itself';
  return reporter.attempt === 2 ? 'its first retry' : 'its second retry';
}
