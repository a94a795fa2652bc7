import type { CallStrike, CrashCase, Delivery } from './crash-case.ts';
import type { PlayRecord, RecordedCall } from './play-record.ts';
import type { LogicKind, Story } from './story.ts';

/** A case that was played, and what was seen of it. */
export interface Played {
  readonly crashCase: CrashCase;
  readonly record: PlayRecord;
}

const MOMENTS = ['before', 'after'] as const;

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
    const attempt = record.calls.filter(
      ({ by, callbackId }) => by === 'function' && callbackId === record.callbackIds[0],
    );
    const longest = Math.max(0, ...attempt.map(({ position }) => position.attempt));
    const each = kind.lastResort === 'none' ? [] : points(longest).map((strike) => ({ each: strike }));
    return [...killed, ...(kind.callFaults ? callFaults(record.calls) : []), ...each].map((strike) => ({
      ...crashCase,
      strike,
    }));
  });
}

/** The third round: where the last resort answered, a strike before and after each of its calls. */
export function lastResortStrikes(story: Story, second: readonly Played[]): readonly CrashCase[] {
  const struck = second.filter(({ crashCase }) => crashCase.strike.each !== undefined);
  return struck.flatMap(({ crashCase, record }) => {
    const { lastResort } = kindOf(story, crashCase);
    const calls = record.calls.filter(({ by }) => by === 'last-resort').length;
    const { each } = crashCase.strike;
    if (each === undefined || (lastResort === 'two-points' && !isRepresentative(each, record))) return [];
    return points(calls).map((strike) => ({ ...crashCase, strike: { each, lastResort: strike } }));
  });
}

/** Of all points, the one right after the work and the one right after the decision. */
function isRepresentative({ moment, call }: CallStrike, { calls }: PlayRecord): boolean {
  const at = calls.find(({ by, position }) => by === 'function' && position.attempt === call);
  return moment === 'after' && (at?.action === 'work' || at?.action === 'dynamodb:UpdateItem');
}

/** What differs between functions is what becomes of a death; how deliveries repeat is walked through in the first. */
function deliveriesOf(kind: LogicKind, index: number): readonly Delivery[] {
  return index === 0
    ? kind.deliveries
    : kind.deliveries.filter((delivery) => delivery === 'alone' || delivery === 'doubled');
}

function points(calls: number): readonly CallStrike[] {
  return Array.from({ length: calls }, (_, index) =>
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
