import type { CrashCase } from './crash-case.ts';

/** The dry runs that the short form begins with. */
const DRY_RUNS: ReadonlySet<string> = new Set([
  'succeeds/Plain/alone',
  'succeeds/Plain/doubled',
  'succeeds/Again/alone',
  'continues/Plain/alone',
  'defers-then-completed/Plain/alone',
  'asks-again-once/Plain/alone',
  'throws/Plain/alone',
]);

/**
 * The short form of the matrix: every point of a logic that succeeds, every second one of the others, and the last
 * resort behind a function that dies whenever it is about to report.
 */
export function shortForm(cases: readonly CrashCase[]): readonly CrashCase[] {
  return cases.filter(({ kind, fn, delivery, strike: { once, each } }) => {
    if (!DRY_RUNS.has(`${kind}/${fn}/${delivery}`)) return false;
    if (each !== undefined) return kind === 'succeeds' && fn === 'Plain' && each.moment === 'before' && each.call === 0;
    if (once === undefined || once.fault !== 'kill') return once === undefined;
    return (kind === 'succeeds' && delivery === 'alone') || once.moment === 'after';
  });
}
