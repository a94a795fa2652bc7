/** The longest wait between two polls that found nothing, in milliseconds. */
export const LONGEST_IDLE_MS = 30_000;
const SHORTEST_IDLE_MS = 500;

/**
 * How long to wait after `misses` polls in a row that found nothing or failed, in milliseconds: doubled each time, with
 * jitter, so that many workers do not ask at the same moment.
 */
export function idleWait(misses: number, random: number): number {
  const ceiling = Math.min(LONGEST_IDLE_MS, SHORTEST_IDLE_MS * 2 ** Math.min(misses, 16));
  return ceiling / 2 + (random * ceiling) / 2;
}
