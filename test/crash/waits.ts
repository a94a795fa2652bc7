import type { CrashCase } from './crash-case.ts';
import { stageFunctions } from './crash-stack.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';
import type { Story } from './story.ts';

/**
 * Who answered a callback, after how long, and how long that may take: the pauses that Lambda and the queues make, and
 * for as long as functions ran. A busy machine makes the latter longer, and nothing else: while no function runs, time
 * passes from one task to the next.
 */
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
  'a delivery that came again',
  'a run that was put off',
  'whoever was offered it again',
  'the last resort',
  'the last resort, one life later',
  'the last resort, when the lease is over',
  'the last resort, behind a queue',
  'whoever completes it',
] as const;

/** One of {@link answerers}. */
export type Answerer = (typeof answerers)[number];

/**
 * Lambda retries after one minute and after two more; every queue of the stage hands out again after three, one of a
 * service up to five times, one of continuations up to three. What the logic itself waits for is a minute at most. A
 * job is offered again after one minute; here its workers die until the last resort has looked at its poll and at it.
 */
const BOUND_SECONDS: Readonly<Record<Answerer, number>> = {
  'the function itself': 0,
  'its first retry': 60,
  'its second retry': 180,
  'a delivery that came again': 720,
  'a run that was put off': 420,
  'whoever was offered it again': 900,
  'the last resort': 180,
  'the last resort, one life later': 360,
  'the last resort, when the lease is over': 900,
  'the last resort, behind a queue': 1_260,
  'whoever completes it': 180,
};
/** When a repeated delivery comes again. */
const REPEATED_SECONDS = 200;
/** The last resort's queue hands out again after this time. */
const LIFE_SECONDS = 180;
/** The second retry comes after this time; a lease that lasts longer outlasts it. */
const LONGEST_RETRY_SECONDS = 180;
/** For clocks that are read to the second, and what the cloud itself does between two functions. */
const SLACK_SECONDS = 60;
/** A worker polls once a minute, and is woken up to a minute late where a wake-up died. */
const POLLING_SLACK_SECONDS = 180;
/** A queue takes turns with the others of its function: one that is put off again waits for the next. */
const QUEUE_SLACK_SECONDS = 120;

/** Tells it of one callback; undefined where it was never answered. */
export function waitOf(
  { fn, delivery }: CrashCase,
  record: PlayRecord,
  callbackId: string,
  { answerActions, acknowledgeAction, alone, isQueued }: Story,
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
  const wasQueued = record.calls.some(
    (call) =>
      call.callbackId === callbackId &&
      call.order < answer.order &&
      call.by === 'function' &&
      call.source !== 'service',
  );
  const [first] = record.calls.filter((call) => call.callbackId === callbackId && call.by === 'function');
  const isBehindQueue = wasQueued || (first === undefined && isQueued === true);
  const wasOfferedAgain =
    acknowledgeAction !== undefined && reporter?.by === 'function' && reporter.requestId !== first?.requestId;
  const by = wasOfferedAgain
    ? 'whoever was offered it again'
    : answererOf(reporter, lastResorts.length, timeoutSeconds, isBehindQueue);
  const furtherLives = by === 'the last resort, one life later' ? lastResorts.length - 1 : 0;
  // After a death of the last resort it may be the repeated delivery that answers, with its own retries.
  const repetition =
    delivery === 'repeated' && reporter?.by === 'function' && lastResorts.length > 0 ? REPEATED_SECONDS : 0;
  const nominal = BOUND_SECONDS[by] + furtherLives * LIFE_SECONDS + repetition;
  const slack = alone ? POLLING_SLACK_SECONDS : isBehindQueue ? QUEUE_SLACK_SECONDS : SLACK_SECONDS;
  return { by, waitedMs: answer.waitedMs, boundMs: (nominal + slack) * 1000 + answer.busyMs };
}

function answererOf(
  reporter: RecordedCall | undefined,
  lastResorts: number,
  timeoutSeconds: number,
  wasQueued: boolean,
): Answerer {
  if (reporter?.by === 'last-resort') {
    if (wasQueued) return 'the last resort, behind a queue';
    if (lastResorts === 0) return 'the last resort';
    return timeoutSeconds > LONGEST_RETRY_SECONDS
      ? 'the last resort, when the lease is over'
      : 'the last resort, one life later';
  }
  if (reporter?.by === 'completer') return 'whoever completes it';
  if (reporter !== undefined && isAgain(reporter, wasQueued)) return 'a delivery that came again';
  if (reporter?.source === 'continuation') return 'a run that was put off';
  if (reporter === undefined || reporter.attempt === 1) return 'the function itself';
  return reporter.attempt === 2 ? 'its first retry' : 'its second retry';
}

/** Handed out again by a queue; or the service's own delivery, once more, beside a run that was put off. */
function isAgain({ source, attempt }: RecordedCall, wasQueued: boolean): boolean {
  return source === 'service' ? wasQueued : attempt > 1;
}
