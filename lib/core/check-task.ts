import { InvalidOptionError } from './errors.ts';
import { isPlainObject } from './is-plain-object.ts';

/**
 * Checks that a function which works for a task was given one.
 *
 * @param name - of the public function, for the message
 * @param next - what it takes after the task, for the message
 * @throws InvalidOptionError
 */
export function checkTask(name: string, task: unknown, next: string): void {
  const { callback, remainingMs } = (task ?? {}) as Readonly<Record<string, unknown>>;
  if (isPlainObject(callback) && typeof remainingMs === 'function') return;
  throw new InvalidOptionError(`${name} takes the job, step or operation that the logic was given, and then ${next}`);
}
