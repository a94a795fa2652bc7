import type { EventStream } from '../kernel/events.ts';
import type { Lambda } from './lambda.ts';

/** What {@link functionsRest} looks at: a local cloud has it. */
export interface RestingCloud {
  readonly lambda: Pick<Lambda, 'environments'>;
  readonly events: Pick<EventStream, 'on'>;
}

/** Resolves when no function runs: a service has its answer a moment before the function that gave it has ended. */
export async function functionsRest({ lambda, events }: RestingCloud): Promise<void> {
  while (lambda.environments().some(({ requestId }) => requestId !== undefined)) {
    await new Promise<void>((resolve) => {
      const stop = events.on('invocationEnd', () => {
        stop();
        setImmediate(resolve);
      });
    });
  }
}
