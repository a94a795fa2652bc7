import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idleWait, LONGEST_IDLE_MS } from '../../../../lib/cli/worker/idle-wait.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait of an idle worker', () => {
  it('is 30 s at most, and never nothing', () => {
    expect(LONGEST_IDLE_MS).toBe(30_000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), chance, (misses, random) => {
        const wait = idleWait(misses, random);
        expect(wait).toBeLessThanOrEqual(LONGEST_IDLE_MS);
        expect(wait).toBeGreaterThanOrEqual(500);
      }),
    );
  });

  it('differs by chance by half of its length', () => {
    expect(idleWait(100, 0)).toBe(15_000);
    expect(idleWait(100, 0.999)).toBeGreaterThan(29_900);
  });
});
