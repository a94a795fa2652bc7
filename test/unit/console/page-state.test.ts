import { describe, expect, it } from 'vitest';
import {
  applyChange,
  emptyState,
  owedRows,
  type PageState,
  simulatedNow,
} from '../../../lib/console/page/page-state.ts';
import { linkTo, parseRoute, tokenIn } from '../../../lib/console/page/route.ts';
import type { Change } from '../../../lib/console/views/change.ts';
import type { OwedView } from '../../../lib/console/views/records-view.ts';

const SUMMARY = {
  apiVersion: 1,
  instance: 'this',
  version: 1,
  now: 1_000_000,
  startedAt: 0,
  speed: 60,
  endpoint: 'http://127.0.0.1:1',
  readOnly: false,
  open: {},
  running: 0,
  tally: { idleWakes: 0, idlePolls: 0, answered: 0, lost: 0 },
} as const;

function owed(id: string, changes: Partial<OwedView> = {}): OwedView {
  const fixed = {
    service: 'codepipeline',
    detail: `Web/${id}`,
    state: 'delivered',
    reason: '',
    lastResort: false,
  } as const;
  const times = { callbackIds: [], openedAt: 0, changedAt: 0, invocations: 0, version: 1 };
  return { id, ...fixed, ...times, canComplete: false, ...changes };
}

function changed(state: PageState, changes: Partial<Change>, receivedAt = 0): PageState {
  const none = { owed: [], invocations: [], calls: [], lines: [], notes: [] };
  return applyChange(state, { summary: SUMMARY, ...none, ...changes }, receivedAt);
}

const start = () => emptyState(parseRoute(''), undefined);

describe('the state of the page', () => {
  it('takes changes over what it has', () => {
    const first = changed(start(), { owed: [owed('one'), owed('two')] });
    const second = changed(first, { owed: [owed('one', { state: 'reported' })] });
    expect([...second.owed.values()].map(({ id, state }) => [id, state])).toEqual([
      ['one', 'reported'],
      ['two', 'delivered'],
    ]);
  });

  it('begins anew when another cloud listens on the port', () => {
    const first = changed(start(), { owed: [owed('one')] });
    const second = changed(first, { summary: { ...SUMMARY, instance: 'another' }, owed: [owed('two')] });
    expect([...second.owed.keys()]).toEqual(['two']);
  });

  it('shows what is owed still first, the most urgent on top, and then what was settled last', () => {
    const rows = [
      owed('settled', { state: 'reported', changedAt: 5 }),
      owed('no deadline'),
      owed('later', { deadline: 200 }),
      owed('settled later', { state: 'lost', changedAt: 9 }),
      owed('soon', { deadline: 100 }),
    ];
    const ids = owedRows(changed(start(), { owed: rows })).map(({ id }) => id);
    expect(ids).toEqual(['soon', 'later', 'no deadline', 'settled later', 'settled']);
  });

  it('filters by words that stand anywhere, in any order', () => {
    const state = changed(emptyState(parseRoute('#/owed?filter=gate+WEB'), undefined), {
      owed: [owed('Gate'), owed('Other')],
    });
    expect(owedRows(state).map(({ id }) => id)).toEqual(['Gate']);
    const number = changed(emptyState(parseRoute('#/owed?filter=9876'), undefined), {
      owed: [owed('many-9876'), owed('other', { openedAt: 1_987_600, version: 9_876 })],
    });
    expect(owedRows(number).map(({ id }) => id)).toEqual(['many-9876']);
  });

  it('counts simulated time on between changes: at its speed, at the real rate while a function runs, not when cut off', () => {
    const idle = changed(start(), {}, 100);
    expect(simulatedNow(idle, 1_100) - SUMMARY.now).toBe(60_000);
    const busy = changed(start(), { summary: { ...SUMMARY, running: 1 } }, 100);
    expect(simulatedNow(busy, 1_100) - SUMMARY.now).toBe(1_000);
    expect(simulatedNow({ ...idle, isConnected: false }, 1_100)).toBe(SUMMARY.now);
  });
});

describe('an address of the page', () => {
  it.each([
    ['', { view: 'owed', path: [], filter: '' }],
    ['#/calls/denied', { view: 'calls', path: ['denied'], filter: '' }],
    ['#/owed/exec%2Fa%20b?filter=x+y', { view: 'owed', path: ['exec/a b'], filter: 'x y' }],
    ['#/nowhere', { view: 'owed', path: [], filter: '' }],
    ['#/owed/%E0%A4%A', { view: 'owed', path: ['%E0%A4%A'], filter: '' }],
  ])('%j leads to its view', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('leads where a link of it says', () => {
    expect(parseRoute(linkTo('functions', ['invocation', 'a/b?c'], 'x&y=z'))).toEqual({
      view: 'functions',
      path: ['invocation', 'a/b?c'],
      filter: 'x&y=z',
    });
  });

  it('holds a token as the terminal prints it, and nothing else for one', () => {
    expect([tokenIn('#token=abc-_1'), tokenIn('#/owed'), tokenIn('#token=<b>')]).toEqual([
      'abc-_1',
      undefined,
      undefined,
    ]);
  });
});
