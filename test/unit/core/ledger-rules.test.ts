import { describe, expect, it } from 'vitest';
import { failedEnd, fitted } from '../../../lib/core/decision.ts';
import type { Entry, EntryState } from '../../../lib/core/ledger/entry.ts';
import { EARLY_TOLERANCE_MS, find, givenBack, isOwn, taken, waited } from '../../../lib/core/ledger/transitions.ts';

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
    ['an earlier run', entryOf(1, running(NOW)), 2, { kind: 'lost' }],
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
    ['the run that it put off itself, due or not', entryOf(2, waiting(0)), 1, { kind: 'wait', waiting: waiting(0) }],
    ['a run long after its own', entryOf(3, waiting(0)), 1, { kind: 'superseded' }],
    ['a run before its own', entryOf(1, waiting(0)), 2, { kind: 'lost' }],
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

  it('is its owner’s while it runs, and nobody’s else', () => {
    expect(isOwn(entryOf(1, running(NOW, 'me')), 'me')).toBe(true);
    expect(isOwn(entryOf(1, running(NOW)), 'me')).toBe(false);
    expect(isOwn(entryOf(1, { kind: 'given-back' }), 'me')).toBe(false);
    expect(isOwn(undefined, 'me')).toBe(false);
  });
});
