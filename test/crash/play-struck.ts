import { type CrashCase, caseId } from './crash-case.ts';
import type { Played } from './plan.ts';
import type { CaseRunner } from './run-cases.ts';

/** How often a case is played that does not meet its point. */
const MOST_ROUNDS = 4;

/**
 * Plays cases, and again those that something was to strike and did not: a call that a busy machine answers late is made
 * twice, and moves the points behind it.
 *
 * @returns all that was played
 * @throws Error that names the cases that never met their point
 */
export async function playStruck(runner: CaseRunner, cases: readonly CrashCase[]): Promise<readonly Played[]> {
  const all: Played[] = [];
  let left = cases;
  for (let round = 0; round < MOST_ROUNDS && left.length > 0; round++) {
    const played = await runner.run(left);
    all.push(...played);
    left = played.filter(isSpared).map(({ crashCase }) => crashCase);
  }
  if (left.length > 0) throw new Error(`never met their point: ${left.map(caseId).join(', ')}`);
  return all;
}

function isSpared({ crashCase, record }: Played): boolean {
  return Object.keys(crashCase.strike).length > 0 && record.struck.length === 0;
}
