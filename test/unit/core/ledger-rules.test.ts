import { describe, expect, it } from 'vitest';
import { failedEnd, fitted } from '../../../lib/core/decision.ts';
import type { Entry, EntryState } from '../../../lib/core/ledger/entry.ts';
import {
  awaits,
  decided,
  EARLY_TOLERANCE_MS,
  find,
  givenBack,
  heardOf,
  isOwn,
  taken,
  waited,
} from '../../../lib/core/ledger/transitions.ts';

const NOW = 1_000_000;
const ticket = { region: 'us-east-1', data: { jobId: 'x' } };
const decision = fitted(failedEnd('no', 'failed'));
const running = (until: number, owner = 'other'): EntryState => ({ kind: 'running', owner, until });
const waiting = (dueAt: number, awaitsUntil?: number): EntryState => ({
  kind: 'waiting',
  dueAt,
  awaitsUntil,
  progress: {},
});
/** Awaited for longer, and silent for 10 ms at most. */
const silent = (heardAt: number): EntryState => ({ ...waiting(0, NOW + 1), heardAt, silenceMs: 10 }) as EntryState;
const entryOf = (run: number, state: EntryState): Entry => ({
  key: 'codepipeline#x',
  region: 'us-east-1',
  ticket,
  run,
  openedAt: 1,
  takenAt: 2,
  state,
});

describe('what a delivery meets', () => {
  it.each<[string, Entry | undefined, number, object]>([
    ['nothing, on its first run', undefined, 1, { kind: 'absent' }],
    ['nothing, on a later run', undefined, 2, { kind: 'lost' }],
    ['an earlier run', entryOf(1, running(NOW)), 2, { kind: 'ahead', run: 2, entryRun: 1 }],
    ['a later run at work', entryOf(2, running(NOW)), 1, { kind: 'superseded' }],
    ['a later run that was given back', entryOf(2, { kind: 'given-back' }), 1, { kind: 'superseded' }],
    ['a lease to its last millisecond', entryOf(1, running(NOW)), 1, { kind: 'busy', until: NOW }],
    ['a lease that is over', entryOf(1, running(NOW - 1)), 1, { kind: 'run', died: true }],
    ['its own lease', entryOf(1, running(NOW + 1, 'me')), 1, { kind: 'run', died: false }],
    ['its own lease that is over', entryOf(1, running(NOW - 1, 'me')), 1, { kind: 'run', died: false }],
    ['what was given back', entryOf(1, { kind: 'given-back' }), 1, { kind: 'run', died: false }],
    ['a decision', entryOf(3, { kind: 'decided', decision, decidedAt: 1 }), 1, { kind: 'decided', decision }],
    ['what cannot be read', entryOf(1, { kind: 'unreadable', why: 'torn' }), 1, { kind: 'unreadable', why: 'torn' }],
    ['its run, due now', entryOf(2, waiting(NOW)), 2, { kind: 'run', died: false }],
    ['its run, as early as clocks differ', entryOf(2, waiting(NOW + EARLY_TOLERANCE_MS)), 2, { kind: 'run' }],
    ['its run, earlier than that', entryOf(2, waiting(NOW + EARLY_TOLERANCE_MS + 1)), 2, { kind: 'wait' }],
    ['its run, awaited', entryOf(2, waiting(0, NOW + 1)), 2, { kind: 'wait' }],
    ['its run, awaited until now', entryOf(2, waiting(0, NOW)), 2, { kind: 'late', awaitedUntil: NOW }],
    ['its run, silent for less than it may be', entryOf(2, silent(NOW - 9)), 2, { kind: 'wait' }],
    [
      'its run, silent for as long as it may be',
      entryOf(2, silent(NOW - 10)),
      2,
      { kind: 'late', awaitedUntil: NOW, silenceMs: 10 },
    ],
    ['the run that it put off itself, due or not', entryOf(2, waiting(0)), 1, { kind: 'wait', waiting: waiting(0) }],
    ['a run long after its own', entryOf(3, waiting(0)), 1, { kind: 'superseded' }],
    ['a run before its own', entryOf(1, waiting(0)), 3, { kind: 'ahead', run: 3, entryRun: 1 }],
  ])('%s', (_what, entry, run, found) => {
    expect(find(entry, { run }, 'me', NOW)).toMatchObject(found);
  });
});

describe('what an entry becomes', () => {
  const lease = { owner: 'me', requestId: 'request-1', until: NOW + 1 };
  const asked = { key: 'codepipeline#x', run: 2, ticket };

  it('keeps when its run was first taken, across leases of that run alone', () => {
    expect(taken(entryOf(2, { kind: 'given-back' }), asked, lease, NOW)).toMatchObject({ openedAt: 1, takenAt: 2 });
    expect(taken(entryOf(2, running(0)), asked, lease, NOW)).toMatchObject({ openedAt: 1, takenAt: 2 });
    expect(taken(entryOf(2, waiting(0)), asked, lease, NOW)).toMatchObject({ openedAt: 1, takenAt: NOW });
    expect(taken(undefined, asked, lease, NOW)).toMatchObject({ openedAt: NOW, takenAt: NOW });
  });

  it('has what its run left, or nothing', () => {
    const next = { run: 3, dueAt: NOW, progress: {}, keepsTicket: true };
    expect(waited(entryOf(2, running(NOW)), next).left).toBeUndefined();
    expect(waited(entryOf(2, running(NOW)), { ...next, left: 0 }).left).toEqual({ value: 0 });
  });

  it('is given back with its ticket, or without ticket and acknowledgement', () => {
    const entry: Entry = { ...entryOf(1, running(NOW)), acknowledged: 'yes' };
    expect(givenBack(entry, {})).toMatchObject({ ticket, acknowledged: 'yes' });
    expect(givenBack(entry, { acknowledged: 'unknown' })).toMatchObject({ acknowledged: 'unknown' });
    expect(givenBack(entry, { dropsTicket: true })).toMatchObject({ ticket: undefined, acknowledged: undefined });
  });

  it('is heard of while it waits, and is due when it was unless that is told, too', () => {
    const entry = entryOf(2, waiting(7, 8));
    expect(heardOf(entry, { run: 2, progress: { summary: 'x' } }, NOW).state).toEqual({
      ...waiting(7, 8),
      progress: { summary: 'x' },
      heardAt: NOW,
    });
    expect(heardOf(entry, { run: 2, progress: {}, dueAt: 9 }, NOW).state).toMatchObject({ dueAt: 9 });
    const over = entryOf(2, { kind: 'given-back' });
    expect(heardOf(over, { run: 2, progress: {} }, NOW)).toBe(over);
  });

  it.each<[string, Entry, number, boolean]>([
    ['somebody, in its run', entryOf(2, waiting(0, 1)), 2, true],
    ['nobody in another run', entryOf(2, waiting(0, 1)), 1, false],
    ['nobody where the logic runs again', entryOf(2, waiting(0)), 2, false],
    ['nobody while it runs', entryOf(2, running(NOW)), 2, false],
  ])('awaits %s', (_whom, entry, run, expected) => {
    expect(awaits(entry, run)).toBe(expected);
  });

  it('keeps its ticket when it is decided, or has that of whoever asks, and remembers until when it was awaited', () => {
    const decidedAt = { kind: 'decided', decision, decidedAt: NOW };
    const entry: Entry = { ...entryOf(2, waiting(0, 5)), left: { value: 1 } };
    expect(decided(entry, decision, undefined, NOW)).toEqual({
      ...entry,
      left: undefined,
      state: { ...decidedAt, awaitedUntil: 5 },
    });
    const bare: Entry = { ...entryOf(2, running(0)), ticket: undefined };
    expect(decided(bare, decision, asked, NOW)).toMatchObject({ ticket, openedAt: 1, state: decidedAt });
    expect(decided(bare, decision, undefined, NOW).ticket).toBeUndefined();
    const other = { ...asked, ticket: { region: 'eu-west-1', data: {} } };
    expect(decided(entry, decision, other, NOW).ticket).toBe(ticket);
    expect(decided(undefined, decision, other, NOW)).toEqual({
      ...other,
      region: 'eu-west-1',
      openedAt: NOW,
      takenAt: NOW,
      state: decidedAt,
    });
  });

  it('is its owner’s while it runs, and nobody’s else', () => {
    expect(isOwn(entryOf(1, running(NOW, 'me')), 'me')).toBe(true);
    expect(isOwn(entryOf(1, running(NOW)), 'me')).toBe(false);
    expect(isOwn(entryOf(1, { kind: 'given-back' }), 'me')).toBe(false);
    expect(isOwn(undefined, 'me')).toBe(false);
  });
});
