import { createSeededRandom } from '../../lib/local/faults/seeded-random.ts';
import { type CallStrike, type CrashCase, deliveries, type Strike } from './crash-case.ts';
import type { Story } from './story.ts';

/** Cases made of up to four faults, drawn with a seed: the same seed gives the same cases. */
export function randomCases(story: Story, count: number, seed: number): readonly CrashCase[] {
  const random = createSeededRandom(seed);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const pick = <Value>(values: readonly Value[]): Value => values[upTo(values.length)] as Value;
  const chance = (share: number) => random() < share;

  function strike(calls: number, faults: readonly CallStrike['fault'][]): CallStrike {
    const fault = pick(faults);
    const moment =
      fault === 'lost' ? 'after' : fault === 'kill' || fault === 'hang' ? pick(['before', 'after'] as const) : 'before';
    return { fault, moment, call: 1 + upTo(calls) };
  }

  return Array.from({ length: count }, (): CrashCase => {
    const kind = pick(story.kinds);
    const fn = pick(kind.functions);
    // A process that stands still costs the whole of its function's timeout, in real time.
    const faults = [
      'kill',
      'kill',
      'lost',
      'error',
      'throttle',
      ...(fn.startsWith('Brief') ? (['hang'] as const) : []),
    ] as const;
    const drawn: Strike = {
      once: strike(8, faults),
      ...(chance(0.5) ? { also: strike(12, faults) } : {}),
      ...(chance(0.2) ? { each: strike(3, ['kill']) } : {}),
      ...(chance(0.3) ? { lastResort: strike(3, ['kill', 'lost', 'error']) } : {}),
    };
    return { story: story.name, kind: kind.name, fn, delivery: pick(deliveries), strike: drawn };
  });
}
