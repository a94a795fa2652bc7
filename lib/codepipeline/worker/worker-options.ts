import { InvalidOptionError } from '../../core/errors.ts';
import type { WorkerOptions } from './worker-handler.ts';

const COMMON = ['actionType', 'parameters', 'state', 'onCrash', 'concurrency', 'shared'] as const;

/** Checks what the workers' options have in common. @throws InvalidOptionError */
export function checkWorkerOptions(worker: string, options: WorkerOptions, own: readonly string[]): void {
  const known = [...COMMON, ...own];
  const unknown = Object.keys(options ?? {}).find((option) => !known.includes(option));
  if (unknown !== undefined) {
    throw new InvalidOptionError(`${worker} has no option "${unknown}"; it has ${known.join(', ')}`);
  }
  const { concurrency, shared } = options ?? {};
  if (shared !== undefined && typeof shared !== 'boolean') {
    throw new InvalidOptionError(`shared must be true or false, but is ${String(shared)}`);
  }
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new InvalidOptionError(`concurrency must be a whole number from 1, but is ${String(concurrency)}`);
  }
}
