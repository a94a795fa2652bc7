import type { CallStrike, CrashCase, Delivery } from './crash-case.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';
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
    const killed = points(record.calls.length).map((once) => ({ once }));
    if (crashCase.delivery !== 'alone') return killed.map((strike) => ({ ...crashCase, strike }));
    const each = kind.lastResort === 'none' ? [] : EACH_ATTEMPT.map((strike) => ({ each: strike }));
    return [...killed, ...(kind.callFaults ? callFaults(record.calls) : []), ...each].map((strike) => ({
      ...crashCase,
      strike,
    }));
  });
}

/** The third round: where the last resort answered, a strike before and after each of its calls. */
export function lastResortStrikes(story: Story, second: readonly Played[]): readonly CrashCase[] {
  return second.flatMap(({ crashCase, record }) => {
    const { each } = crashCase.strike;
    if (each === undefined || (kindOf(story, crashCase).lastResort === 'two-points' && !isRepresentative(each)))
      return [];
    const calls = record.calls.filter(({ by }) => by === 'last-resort').length;
    // The last of five lives has nobody after it: where a lease of 15 minutes leaves the answer to that one, its death
    // is one too many. The message then is in the dead-letter queue, with an alarm.
    const survivable = crashCase.fn === 'Long' ? calls - CALLS_OF_THE_LAST_LIFE : calls;
    return points(survivable).map((strike) => ({ ...crashCase, strike: { each, lastResort: strike } }));
  });
}

/** A read, a decision and a report. */
const CALLS_OF_THE_LAST_LIFE = 3;

/** Dies in every attempt: before it is known at all, with a claim and no decision, at its second call, at the report. */
const EACH_ATTEMPT: readonly CallStrike[] = [1, 2, REPORT].flatMap((call) =>
  MOMENTS.map((moment) => ({ fault: 'kill', moment, call }) as const),
);

/** One without a decision and one with. */
function isRepresentative({ moment, call }: CallStrike): boolean {
  return (moment === 'after' && call === 1) || (moment === 'before' && call === REPORT);
}

/** What differs between functions is what becomes of a death; how deliveries repeat is walked through in the first. */
function deliveriesOf(kind: LogicKind, index: number): readonly Delivery[] {
  return index === 0
    ? kind.deliveries
    : kind.deliveries.filter((delivery) => delivery === 'alone' || delivery === 'doubled');
}

function points(calls: number): readonly CallStrike[] {
  return Array.from({ length: Math.max(0, calls) }, (_, index) =>
    MOMENTS.map((moment) => ({ fault: 'kill', moment, call: index + 1 }) as const),
  ).flat();
}

function callFaults(calls: readonly RecordedCall[]): readonly { readonly once: CallStrike }[] {
  return calls
    .filter(({ action }) => action !== 'work')
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
