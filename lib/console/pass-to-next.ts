import type { LocalCloud } from '../local/cloud.ts';
import type { CloudEventName } from '../local/kernel/events.ts';
import { functionsRest } from '../local/lambda/functions-rest.ts';

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

/** What is passed over at most when nothing happens: an hour, in simulated milliseconds. */
const MOST_PASSED_MS = 3_600_000;

/** What {@link passToNext} works with. */
export type PassedCloud = Pick<LocalCloud, 'clock' | 'events' | 'lambda'>;

/**
 * Passes over simulated time until something happens, though not further than an hour. Wake-ups with nothing to do are
 * passed over, too.
 *
 * @returns whether something happened
 */
export async function passToNext(cloud: PassedCloud, signal?: AbortSignal): Promise<boolean> {
  const { clock, events } = cloud;
  const end = clock.now() + MOST_PASSED_MS;
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
