import { fakeTime } from 'ringback/testing';
import { expect, it } from 'vitest';
import { createRequestRate } from '../../../lib/cloudcontrol/request-rate.ts';

it('lets at most 25 requests of a process through in a second', async () => {
  const time = fakeTime(0);
  const rate = createRequestRate();
  const passedAt: number[] = [];
  for (let request = 0; request < 100; request++) {
    await rate(time);
    passedAt.push(time.now());
  }
  for (let second = 0; second < 4; second++) {
    const within = passedAt.filter((at) => at >= second * 1_000 && at < (second + 1) * 1_000);
    expect(within.length).toBeLessThanOrEqual(25);
  }
});

it('delays nobody after a pause', async () => {
  const time = fakeTime(0);
  const rate = createRequestRate();
  await rate(time);
  time.advance(60_000);
  await rate(time);
  expect(time.sleeps).toEqual([]);
});

it('delays nobody after its clock was set back', async () => {
  const time = fakeTime(600_000);
  const rate = createRequestRate();
  await rate(time);
  await rate({ ...time, now: () => 0 });
  expect(time.sleeps).toEqual([]);
});
