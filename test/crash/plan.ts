import { LAST_RESORT_MAX_RECEIVES } from '../../lib/lifetimes.ts';
import type { CallStrike, CrashCase, Delivery } from './crash-case.ts';
import { NO_CALLBACK, type PlayRecord, type RecordedCall } from './play-record.ts';
import type { LogicKind, Story } from './story.ts';

/** A case that was played, and what was seen of it. */
export interface Played {
  readonly crashCase: CrashCase;
  readonly record: PlayRecord;
}

const MOMENTS = ['before', 'after'] as const;
const REPORT = 0;

/** The first round: every kind of logic in every function and delivery, with nothing going wrong. */
export function dryRuns(story: Story): readonly CrashCase[] {
  return story.kinds.flatMap((kind) =>
    kind.functions.flatMap((fn, index) =>
      deliveriesOf(kind, index).map((delivery) => ({
        story: story.name,
        kind: kind.name,
        fn,
        delivery,
        strike: {},
      })),
    ),
  );
}

/**
 * The second round: for each dry run a strike before and after each of its calls; and for those that came alone, the
 * same strike at every attempt, so that the last resort has to answer.
 */
export function strikes(story: Story, dry: readonly Played[]): readonly CrashCase[] {
  return dry.flatMap(({ crashCase, record }) => {
    const kind = kindOf(story, crashCase);
    if (kind.points === 'none') return [];
    const killed = kills(positionsOf(record)).map((once) => ({ once }));
    if (crashCase.delivery !== 'alone') return killed.map((strike) => ({ ...crashCase, strike }));
    const each = kind.lastResort === 'none' ? [] : eachAttempt(kind, story).map((strike) => ({ each: strike }));
    return [...killed, ...(kind.callFaults ? callFaults(record) : []), ...each].map((strike) => ({
      ...crashCase,
      strike,
    }));
  });
}

/** The third round: where the last resort answered, a strike before and after each of its calls. */
export function lastResortStrikes(story: Story, second: readonly Played[]): readonly CrashCase[] {
  return second.flatMap(({ crashCase, record }) => {
    const { each } = crashCase.strike;
    const kind = kindOf(story, crashCase);
    if (each === undefined || (kind.lastResort === 'two-points' && !isRepresentative(each, kind))) return [];
    // The last of five lives has nobody after it: where a lease of 15 minutes, or an acknowledgement in doubt, leaves the answer to
    // that one, its death is one too many. The message then is in the dead-letter queue, with an alarm.
    const survivable = record.calls.filter(
      ({ by, attempt }) => by === 'last-resort' && attempt < LAST_RESORT_MAX_RECEIVES,
    ).length;
    return kills(upTo(survivable)).map((strike) => ({ ...crashCase, strike: { each, lastResort: strike } }));
  });
}

/** Dies in every attempt: at each call until the delivery is its own, at the one after that, at the report, if any. */
function eachAttempt({ ownAfter = 1 }: LogicKind, { answersItself }: Story): readonly CallStrike[] {
  return kills([...upTo(ownAfter + 1), ...(answersItself === true ? [] : [REPORT])]);
}

/** One without a decision and one with. */
function isRepresentative({ moment, call }: CallStrike, { ownAfter = 1 }: LogicKind): boolean {
  return (moment === 'after' && call === ownAfter) || (moment === 'before' && call === REPORT);
}

/** What differs between functions is what becomes of a death; how deliveries repeat is walked through in the first. */
function deliveriesOf(kind: LogicKind, index: number): readonly Delivery[] {
  return index === 0
    ? kind.deliveries
    : kind.deliveries.filter((delivery) => delivery === 'alone' || delivery === 'doubled');
}

function kills(calls: readonly number[]): readonly CallStrike[] {
  return calls.flatMap((call) => MOMENTS.map((moment) => ({ fault: 'kill', moment, call }) as const));
}

function upTo(calls: number): readonly number[] {
  return Array.from({ length: calls }, (_, index) => index + 1);
}

/** Where the calls of a dry run stand in it. Of the polls that came by while nothing was to be done, the first will do. */
function positionsOf({ calls }: PlayRecord): readonly number[] {
  const isIdle = ({ callbackId, requestId }: RecordedCall) =>
    callbackId === NO_CALLBACK && calls.filter((other) => other.requestId === requestId).length === 1;
  const idle = calls.find(isIdle);
  return calls.filter((call) => call === idle || !isIdle(call)).map(({ position }) => position.story);
}

function callFaults(record: PlayRecord): readonly { readonly once: CallStrike }[] {
  const positions = positionsOf(record);
  return record.calls
    .filter(({ action, position }) => action !== 'work' && positions.includes(position.story))
    .flatMap(({ position: { story: call } }) => [
      { once: { fault: 'lost', moment: 'after', call } },
      { once: { fault: 'error', moment: 'before', call } },
    ]);
}

function kindOf(story: Story, crashCase: CrashCase): LogicKind {
  const kind = story.kinds.find(({ name }) => name === crashCase.kind);
  if (kind === undefined) throw new Error(`story ${story.name} has no kind of logic "${crashCase.kind}"`);
  return kind;
}
