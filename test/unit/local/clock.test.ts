import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock } from '../../../lib/local/kernel/clock.ts';

const SPEED = 1_000;
let real = 0;
const realNow = () => real;

beforeEach(() => {
  real = 1_000_000;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => vi.useRealTimers());

/** Lets real time pass without letting a task run: what a busy machine does. */
function stall(ms: number): void {
  real += ms;
}

/** Lets real time pass, and tasks run. */
function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed++) {
    real++;
    vi.advanceTimersByTime(1);
  }
}

describe('the clock of the local cloud', () => {
  it('passes so many times as fast while no function runs', () => {
    const clock = createClock({ speed: SPEED, realNow });
    const start = clock.now();
    stall(7);
    expect(clock.now() - start).toBe(7 * SPEED);
  });

  it('passes at its real rate while a function runs, and its offset stays', () => {
    const clock = createClock({ speed: SPEED, realNow });
    stall(3);
    const release = clock.hold();
    const offset = clock.offset();
    stall(250);
    expect(clock.offset()).toBe(offset);
    release();
    stall(1);
    expect(clock.offset()).toBe(offset + SPEED - 1);
  });

  it('waits at a task that is due until it has run, so that nothing comes late on a busy machine', () => {
    const clock = createClock({ speed: SPEED, realNow });
    const start = clock.now();
    const ran: number[] = [];
    for (const at of [60_000, 90_000]) clock.after(at, () => ran.push(clock.now() - start));
    stall(5_000);
    expect(clock.now() - start).toBe(60_000);
    pass(60);
    expect(ran).toEqual([60_000]);
    stall(5_000);
    pass(30);
    expect(ran).toEqual([60_000, 90_000]);
    expect(clock.now() - start).toBeLessThan(90_000 + 5 * SPEED);
  });

  it('goes on from a task that is cancelled when it was due, and not from where a free run would be', () => {
    const clock = createClock({ speed: SPEED, realNow });
    const start = clock.now();
    const timer = clock.after(60_000, () => undefined);
    stall(5_000);
    timer.cancel();
    expect(clock.now() - start).toBeLessThan(60_000 + 5 * SPEED);
  });

  it('lets tasks of one moment run in the order in which they were asked for', () => {
    const clock = createClock({ speed: SPEED, realNow });
    const ran: string[] = [];
    clock.after(20, () => ran.push('second'));
    clock.after(10, () => ran.push('first'));
    clock.after(20, () => ran.push('third'));
    pass(3);
    expect(ran).toEqual(['first', 'second', 'third']);
  });

  it.each([0, 0.5, 100_001, Number.NaN])('refuses the speed %d', (speed) => {
    expect(() => createClock({ speed })).toThrow(/speed must be a number from 1 to 100000/);
  });

  it('passes at another speed from the moment that it is told', () => {
    const clock = createClock({ speed: SPEED, realNow });
    const start = clock.now();
    stall(2);
    clock.setSpeed(1);
    stall(5);
    expect(clock.now() - start).toBe(2 * SPEED + 5);
    expect(() => clock.setSpeed(0)).toThrow(RangeError);
    expect(clock.speed).toBe(1);
  });

  it('passes over time at once, and every task that is due on the way runs at its moment', async () => {
    const clock = createClock({ speed: 1, realNow });
    const start = clock.now();
    const ran: number[] = [];
    for (const at of [60_000, 90_000, 200_000]) clock.after(at, () => ran.push(clock.now() - start));
    expect(clock.next()).toBe(start + 60_000);
    const passed = clock.passTo(start + 100_000);
    pass(20);
    await passed;
    expect(ran.map((at) => Math.floor(at / 1_000))).toEqual([60, 90]);
    expect(clock.now() - start).toBeGreaterThanOrEqual(100_000);
    expect(clock.now() - start).toBeLessThan(101_000);
  });

  it('passes over no time while a function runs', async () => {
    const clock = createClock({ speed: 1, realNow });
    const start = clock.now();
    const release = clock.hold();
    const passed = clock.passTo(start + 60_000);
    pass(50);
    expect(clock.now() - start).toBe(50);
    release();
    await passed;
    expect(clock.now() - start).toBe(60_000);
  });

  it('keeps nobody waiting for a time when it stops', async () => {
    const clock = createClock({ speed: 1, realNow });
    clock.hold();
    const passed = clock.passTo(clock.now() + 60_000);
    clock.stop();
    await expect(passed).resolves.toBeUndefined();
  });
});
