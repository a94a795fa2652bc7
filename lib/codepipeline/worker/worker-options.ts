import { InvalidOptionError } from '../../core/errors.ts';
import { checkHandler } from '../../core/handler.ts';
import type { WorkerOptions } from './worker-handler.ts';

const COMMON = ['actionType', 'parameters', 'state', 'secretProperties', 'onCrash', 'concurrency', 'shared'] as const;

/** Checks the logic of a worker, and what the workers' options have in common. @throws InvalidOptionError */
export function checkWorker(worker: string, logic: unknown, options: WorkerOptions, own: readonly string[]): void {
  checkHandler(worker, logic, options, [...COMMON, ...own]);
  const { concurrency, shared } = options ?? {};
  if (shared !== undefined && typeof shared !== 'boolean') {
    throw new InvalidOptionError(`shared must be true or false, but is ${String(shared)}`);
  }
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new InvalidOptionError(`concurrency must be a whole number from 1, but is ${String(concurrency)}`);
  }
}
