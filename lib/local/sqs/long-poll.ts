import type { Clock } from '../kernel/clock.ts';
import type { Message, Queue } from './queue.ts';

/** What a long poll waits on. */
export interface LongPollOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  /** How long to wait for the first message, in simulated milliseconds. */
  readonly waitMs: number;
  /** Ends the wait early. */
  readonly stopped: AbortSignal;
}

/** Takes messages; waits for the first one when there is none. */
export async function waitForMessages(
  take: () => readonly Message[],
  { queue, clock, waitMs, stopped }: LongPollOptions,
): Promise<readonly Message[]> {
  const end = clock.now() + waitMs;
  for (;;) {
    const messages = take();
    if (messages.length > 0) return messages;
    const left = end - clock.now();
    if (left <= 0 || stopped.aborted) return [];
    await somethingVisible(queue, clock, left, stopped);
  }
}

function somethingVisible(queue: Queue, clock: Clock, timeoutMs: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      timer.cancel();
      queue.listeners.delete(finish);
      stopped.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.after(timeoutMs, finish);
    queue.listeners.add(finish);
    stopped.addEventListener('abort', finish, { once: true });
  });
}
