import type { Clock } from '../kernel/clock.ts';
import type { Message, Queue } from './queue.ts';

/** What a long poll waits on. */
export interface LongPollOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  /** How long to wait for the first message, in simulated milliseconds. */
  readonly waitMs: number;
  /** Each ends the wait early. */
  readonly ends: readonly AbortSignal[];
}

/** Takes messages; waits for the first one when there is none. Nothing is taken once the wait has ended early. */
export async function waitForMessages(
  take: () => readonly Message[],
  { queue, clock, waitMs, ends }: LongPollOptions,
): Promise<readonly Message[]> {
  const end = clock.now() + waitMs;
  for (;;) {
    if (ends.some(({ aborted }) => aborted)) return [];
    const messages = take();
    if (messages.length > 0) return messages;
    const left = end - clock.now();
    if (left <= 0) return [];
    await somethingVisible(queue, clock, left, ends);
  }
}

function somethingVisible(queue: Queue, clock: Clock, timeoutMs: number, ends: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      timer.cancel();
      queue.listeners.delete(finish);
      for (const signal of ends) signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.after(timeoutMs, finish);
    queue.listeners.add(finish);
    for (const signal of ends) signal.addEventListener('abort', finish, { once: true });
  });
}
