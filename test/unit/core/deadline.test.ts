import { lambdaContext } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerMargin, type InvocationContext, startDeadline, startTimes } from '../../../lib/core/deadline.ts';
import { DeadlineError } from '../../../lib/core/errors.ts';
import { fakeTime } from '../../../lib/testing/index.ts';

/** The context of a function that has this long from now on, by the clock of the timers. */
function contextOf(timeoutMs: number): InvocationContext {
  const end = Date.now() + timeoutMs;
  return { ...lambdaContext(), functionName: 'Gate', getRemainingTimeInMillis: () => end - Date.now() };
}

describe('the time that is kept for the answer', () => {
  it.each([
    ['a second and a half', 60_000, 0, 1_500],
    ['a second and a half, where the ledger took a little', 60_000, 187, 1_500],
    ['eight times what the ledger took', 60_000, 188, 1_504],
    ['a quarter of the time there is, at most', 60_000, 5_000, 15_000],
    ['a quarter of the time there is, in a short function', 4_000, 0, 1_000],
    ['a second and a half, from six seconds on', 6_000, 0, 1_500],
    ['nothing where there is none', 0, 100, 0],
  ])('is %s', (_what, availableMs, ledgerMs, expected) => {
    expect(answerMargin(availableMs, ledgerMs)).toBe(expected);
  });
});

describe('the moments of an attempt', () => {
  const start = Date.UTC(2026, 0, 1);
  it.each([
    [10_000, {}, { takeUntil: 5_000, beginUntil: 7_500, leaseUntil: 11_000, lastMoment: 9_850 }],
    [60_000, {}, { takeUntil: 30_000, beginUntil: 45_000, leaseUntil: 61_000, lastMoment: 59_850 }],
    [62_000, {}, { takeUntil: 30_000, beginUntil: 46_500, leaseUntil: 63_000, lastMoment: 61_850 }],
    [
      10_000,
      { answerPatienceMs: 600_000 },
      { takeUntil: 5_000, beginUntil: 7_500, leaseUntil: 11_000, lastMoment: 609_850 },
    ],
  ])('of %i ms with %j are those', (timeoutMs, more, expected) => {
    const context = { ...lambdaContext({ timeoutMs, now: () => start }), ...more };
    const { startedAt, ...times } = startTimes(context, fakeTime(start));
    expect(startedAt).toBe(start);
    expect(Object.fromEntries(Object.entries(times).map(([name, at]) => [name, at - start]))).toEqual(expected);
  });
});

describe('a deadline', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes the margin before the function ends, and not a millisecond sooner', async () => {
    const deadline = startDeadline(contextOf(10_000), 1_500);
    expect(deadline.remainingMs()).toBe(8_500);
    await vi.advanceTimersByTimeAsync(8_499);
    expect([deadline.signal.aborted, deadline.remainingMs()]).toEqual([false, 1]);
    await vi.advanceTimersByTimeAsync(1);
    const error = await deadline.passed;
    expect(error).toBeInstanceOf(DeadlineError);
    expect(deadline.signal.reason).toBe(error);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(deadline.remainingMs()).toBe(0);
  });

  it.each<[string, number, readonly [(string | undefined)?, (string | undefined)?], string]>([
    [
      'what to do',
      10_000,
      [],
      "did not end within 8.5 s, all that the function's timeout leaves it; give Gate a longer timeout, or answer with continueAfter",
    ],
    ['tenths of seconds, also of a quarter of an hour', 900_000, [], 'did not end within 898.5 s,'],
    ['what else to do', 10_000, ['work less'], 'give Gate a longer timeout, or work less'],
    [
      'another limit',
      10_000,
      ['work less', 'the hook leaves it;'],
      'did not end within 8.5 s, all that the hook leaves it; work less',
    ],
    ['no time at all', 1_000, [], "did not end within 0.0 s, all that the function's timeout leaves it"],
  ])('says %s', async (_what, timeoutMs, more, message) => {
    const deadline = startDeadline(contextOf(timeoutMs), 1_500, ...more);
    await vi.advanceTimersByTimeAsync(timeoutMs);
    expect((await deadline.passed).message).toContain(message);
  });

  it('of more days than a timer takes comes at its end all the same', async () => {
    const timerMs = 2 ** 31 - 1;
    const deadline = startDeadline(contextOf(timerMs + 6_500), 1_500);
    await vi.advanceTimersByTimeAsync(timerMs);
    expect(deadline.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(deadline.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('leaves no timer behind when it is cleared', () => {
    startDeadline(contextOf(10_000), 1_500).clear();
    expect(vi.getTimerCount()).toBe(0);
  });
});
