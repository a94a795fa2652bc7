import { describe, expect, it } from 'vitest';
import type { FaultSchedule } from '../../../../lib/local/faults/fault.ts';
import { createFaultTiming } from '../../../../lib/local/faults/fault-timing.ts';
import { createSeededRandom } from '../../../../lib/local/faults/seeded-random.ts';

/** Which of ten occasions, a second apart, are struck. */
function struck(schedule: FaultSchedule & { kind?: string }, seed = 1): number[] {
  let now = 0;
  const timing = createFaultTiming({ kind: 'kill', ...schedule }, () => now, createSeededRandom(seed));
  return Array.from({ length: 10 }, (_, index) => {
    now = index * 1_000;
    return timing.strikes() ? index + 1 : 0;
  }).filter((occasion) => occasion > 0);
}

describe('a fault', () => {
  it('strikes once, at the first occasion, unless it is told otherwise', () => {
    expect(struck({})).toEqual([1]);
  });

  it('strikes from the nth occasion on, so many times', () => {
    expect(struck({ nth: 3 })).toEqual([3]);
    expect(struck({ nth: 3, times: 2 })).toEqual([3, 4]);
    expect(struck({ nth: 9, times: Number.POSITIVE_INFINITY })).toEqual([9, 10]);
  });

  it('goes on for its time after the first strike', () => {
    expect(struck({ nth: 2, forMs: 3_000 })).toEqual([2, 3, 4, 5]);
  });

  it('strikes by chance, and the same occasions for the same seed', () => {
    const first = struck({ probability: 0.5 }, 7);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(10);
    expect(struck({ probability: 0.5 }, 7)).toEqual(first);
    expect(struck({ probability: 0 })).toEqual([]);
    expect(struck({ probability: 1 })).toHaveLength(10);
  });

  it('of the ledger goes on for ever', () => {
    expect(struck({ kind: 'ledger-down' })).toHaveLength(10);
  });
});
