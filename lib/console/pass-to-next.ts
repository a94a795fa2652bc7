import type { LocalCloud } from '../local/cloud.ts';
import type { CloudEventName } from '../local/kernel/events.ts';

/** What is worth stopping at; everything else is what happens while nothing happens. */
const HAPPENINGS: ReadonlySet<CloudEventName> = new Set([
  'offer',
  'delivery',
  'answer',
  'withdrawal',
  'state',
  'log',
  'refusal',
  'asyncFailure',
  'stub',
]);

/** What {@link passToNext} works with. */
export type PassedCloud = Pick<LocalCloud, 'clock' | 'events' | 'lambda'>;

/**
 * Passes over simulated time until something happens, though not further than `limitMs`. Wake-ups with nothing to do are
 * passed over, too.
 *
 * @returns whether something happened
 */
export async function passToNext(cloud: PassedCloud, limitMs: number, signal?: AbortSignal): Promise<boolean> {
  const { clock, events } = cloud;
  const end = clock.now() + limitMs;
  let happened = false;
  const stop = events.onAny((name) => {
    happened ||= HAPPENINGS.has(name);
  });
  try {
    while (!happened && signal?.aborted !== true && clock.now() < end) {
      await clock.passTo(Math.min(end, clock.next() ?? end));
      await taskRuns();
      await functionsRest(cloud);
    }
    return happened;
  } finally {
    stop();
  }
}

/** A task that is due runs by a timer of its own. */
function taskRuns(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

/** Resolves when no function runs. */
async function functionsRest({ lambda, events }: PassedCloud): Promise<void> {
  while (lambda.environments().some(({ requestId }) => requestId !== undefined)) {
    await new Promise<void>((resolve) => {
      const stop = events.on('invocationEnd', () => {
        stop();
        setImmediate(resolve);
      });
    });
  }
}
