import { describe, expect, it } from 'vitest';
import { ledgerAttributes } from '../../../lib/constants.ts';
import { entryKey, idOfKey, isKnownUnreported } from '../../../lib/core/ledger/entry.ts';
import { type EntryAttribute, readEntry } from '../../../lib/core/ledger/entry-item.ts';

const NOW = 1_000_000;
const LATEST = 8.64e15;
const decision = { kind: 'failed', reason: 'no', category: 'failed', details: {} };
const execution = {
  id: 'build',
  stop: { api: { service: 'codebuild', targetPrefix: 'X', jsonVersion: '1.1' }, operation: 'StopBuild', input: {} },
};
const row = {
  key: 'codepipeline#x',
  status: 'INPROGRESS',
  version: 1,
  expiration: 1_000,
  region: 'us-east-1',
  run: 2,
  openedAt: 1,
  takenAt: 2,
};
const running = { ...row, phase: 'running', owner: 'me', inProgressExpiration: 5, ticket: '{"jobId":"a"}' };
const waiting = { ...row, phase: 'waiting', dueAt: 7, progress: '{}' };
const decided = { ...row, status: 'COMPLETED', data: JSON.stringify(decision), decidedAt: 8 };
const read = (item: object, now = NOW) => readEntry(item as never, now);

describe('an item of the ledger', () => {
  it('is an entry at work', () => {
    const more = { requestId: 'r', acknowledged: 'yes', state: '[1]', execution: JSON.stringify(execution) };
    expect(read({ ...running, ...more })).toEqual({
      key: 'codepipeline#x',
      region: 'us-east-1',
      ticket: { region: 'us-east-1', data: { jobId: 'a' } },
      run: 2,
      openedAt: 1,
      takenAt: 2,
      requestId: 'r',
      acknowledged: 'yes',
      left: { value: [1] },
      execution,
      state: { kind: 'running', owner: 'me', until: 5 },
    });
    expect(read({ ...running, stateRow: 'row', acknowledged: 'unknown' })).toMatchObject({
      left: { row: 'row' },
      acknowledged: 'unknown',
    });
  });

  it.each<[string, object, object]>([
    ['was given back', { ...row, phase: 'given-back' }, { kind: 'given-back' }],
    ['waits', waiting, { kind: 'waiting', dueAt: 7, progress: {} }],
    [
      'waits for somebody else',
      { ...waiting, awaitsUntil: 9, silenceMs: 3, heardAt: 4, progress: '{"summary":"half"}' },
      { kind: 'waiting', dueAt: 7, awaitsUntil: 9, silenceMs: 3, heardAt: 4, progress: { summary: 'half' } },
    ],
    ['was decided', decided, { kind: 'decided', decision, decidedAt: 8 }],
    [
      'was decided while somebody might have, and is reported',
      { ...decided, awaitsUntil: 9, reported: true },
      { kind: 'decided', decision, decidedAt: 8, awaitedUntil: 9, reported: true },
    ],
    ['is not reported', { ...decided, reported: false }, { kind: 'decided', decision, decidedAt: 8, reported: false }],
  ])('is an entry that %s', (_what, item, state) => {
    expect(read(item)?.state).toEqual(state);
  });

  it.each<[string, object, number, boolean]>([
    ['is a row of something else', { key: 'x', state: '1' }, NOW, false],
    ['has a version alone', { key: 'x', version: 1 }, NOW, true],
    ['has a status alone', { key: 'x', status: 'INPROGRESS' }, NOW, true],
    ['expires this very millisecond', running, 1_000_000, true],
    ['has expired', running, 1_000_001, false],
    ['never expires', { ...running, expiration: undefined }, LATEST, true],
  ])('that %s is found or not: %#', (_what, item, now, isFound) => {
    expect(read(item, now) !== undefined).toBe(isFound);
  });

  const damaged = (name: EntryAttribute) =>
    `its entry in the ledger is damaged: its attribute ${ledgerAttributes[name]} is not what an entry has there`;

  it.each<[EntryAttribute, readonly unknown[]]>([
    ['run', [0, 1.5, '1', -1]],
    ['openedAt', [-1, '5', LATEST + 1, Number.NaN, null]],
    ['takenAt', [-1, LATEST + 1]],
    ['expiration', [-1]],
    ['inProgressExpiration', ['x']],
    ['region', [5, '', 'x@127.0.0.1:46512/#', 'EU-WEST-1']],
    ['requestId', [5, {}]],
    ['owner', [5]],
    ['acknowledged', ['no', true]],
    ['dueAt', ['x']],
    ['awaitsUntil', [-1]],
    ['silenceMs', [-1]],
    ['heardAt', [-1]],
    ['ticket', ['{}', '[]', '"x"', 'null', '{"a":5}', '{"a":"b","c":5}', '{', 5]],
    ['progress', ['[]', 'null', '5', '{', 5]],
    ['state', ['{', 5]],
    ['stateRow', [5]],
    ['reported', ['yes', 1]],
    ['phase', [5]],
    [
      'execution',
      [
        '{}',
        '5',
        JSON.stringify({ ...execution, id: 5 }),
        JSON.stringify({ ...execution, stop: null }),
        JSON.stringify({ ...execution, stop: { ...execution.stop, operation: 'DeleteStack' } }),
        JSON.stringify({ ...execution, stop: { ...execution.stop, operation: 'Stopbuild' } }),
        JSON.stringify({ ...execution, stop: { ...execution.stop, operation: 'DoStopBuild' } }),
        JSON.stringify({ ...execution, stop: { ...execution.stop, input: null } }),
        JSON.stringify({ ...execution, stop: { ...execution.stop, input: 'x' } }),
        ...['service', 'targetPrefix', 'jsonVersion'].map((member) =>
          JSON.stringify({ ...execution, stop: { ...execution.stop, api: { ...execution.stop.api, [member]: 1 } } }),
        ),
      ],
    ],
  ])('is damaged where its %s is none', (name, values) => {
    for (const value of values) {
      expect(read({ ...running, [name]: value })?.state).toEqual({ kind: 'unreadable', why: damaged(name) });
    }
  });

  it.each<[EntryAttribute, unknown]>([
    ['openedAt', 0],
    ['openedAt', LATEST],
    ['run', 1],
    ['execution', JSON.stringify(execution)],
  ])('is sound with a %s of %j', (name, value) => {
    expect(read({ ...running, [name]: value })?.state.kind).toBe('running');
  });

  it.each<[object, EntryAttribute]>([
    [running, 'region'],
    [running, 'run'],
    [running, 'openedAt'],
    [running, 'owner'],
    [running, 'ticket'],
    [waiting, 'progress'],
    [running, 'inProgressExpiration'],
    [waiting, 'dueAt'],
    [decided, 'region'],
    [decided, 'openedAt'],
  ])('is damaged where of %o is missing: %s', (item, name) => {
    expect(read({ ...item, [name]: undefined })?.state).toEqual({
      kind: 'unreadable',
      why: `its entry in the ledger is damaged: it has no attribute ${ledgerAttributes[name]}`,
    });
  });

  it.each<[string, object, string]>([
    ['another version', { version: 2 }, 'is of version 2, and this function knows 1'],
    ['no version', { version: undefined }, 'is of version (none), and this function knows 1'],
    ['another status', { status: 'P'.repeat(50) }, `has the unknown status "${'P'.repeat(40)}"`],
    ['another phase', { phase: 'p'.repeat(50) }, `is in the unknown phase "${'p'.repeat(40)}"`],
    ['no phase', { phase: undefined }, 'is in the unknown phase undefined'],
    ['a phase that every object has', { phase: 'toString' }, 'is in the unknown phase "toString"'],
    ['a prototype for a phase', { phase: '__proto__' }, 'is in the unknown phase "__proto__"'],
  ])('cannot be read with %s', (_what, parts, why) => {
    expect(read({ ...running, ...parts })?.state).toEqual({
      kind: 'unreadable',
      why: `its entry in the ledger ${why}`,
    });
  });

  it.each([
    '{"kind":"cancelled","details":{}}',
    '{"kind":"failed","details":{}}',
    '{"kind":"succeeded"}',
    '{',
    'null',
    5,
  ])('holds no decision in %j', (data) => {
    expect(read({ ...decided, data })?.state).toEqual({
      kind: 'unreadable',
      why: 'its entry in the ledger holds a decision that is neither success nor failure',
    });
  });
});

describe('the key of an entry', () => {
  it.each(['x', 'a#b', '#', ''])('tells the id %j', (id) => {
    expect(entryKey('codepipeline', id)).toBe(`codepipeline#${id}`);
    expect(idOfKey(entryKey('codepipeline', id))).toBe(id);
  });
});

describe('an answer of which nobody knows that it arrived', () => {
  const ticket = { ticket: '{"jobId":"a"}' };
  it.each<[string, object, boolean]>([
    ['is none of an entry at work', running, false],
    ['is none that was reported', { ...decided, reported: true }, false],
    ['is none where nothing is noted and the entry has its ticket', { ...decided, ...ticket }, false],
    ['is one where the entry has no ticket', decided, true],
    ['is one that is noted as not reported', { ...decided, ...ticket, reported: false }, true],
  ])('%s', (_what, item, expected) => {
    expect(isKnownUnreported(read(item) as never)).toBe(expected);
  });
});
