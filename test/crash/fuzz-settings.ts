/** What random cases are made from; the same cases come of the same seed. */
export const SEED = Number(process.env.RINGBACK_SEED ?? 20_261_120);

/**
 * How many random cases a test plays.
 *
 * @param usual - for each change; before a release RINGBACK_FUZZ_COUNT asks for more
 */
export function fuzzCount(usual: number): number {
  return Number(process.env.RINGBACK_FUZZ_COUNT ?? usual);
}
