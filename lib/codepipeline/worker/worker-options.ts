import { checkOption } from '../../core/check-options.ts';
import { InvalidOptionError } from '../../core/errors.ts';
import { checkHandler } from '../../core/handler.ts';
import { isListOfTexts } from '../../core/option-kinds.ts';
import type { WorkerOptions } from './worker-handler.ts';
import type { WorkerReading } from './worker-job.ts';

const COMMON = ['actionType', 'parameters', 'state', 'secretProperties', 'onCrash', 'concurrency', 'shared'] as const;

/** Checks the logic of a worker, and what the workers' options have in common. @throws InvalidOptionError */
export function checkWorker(
  worker: string,
  logic: unknown,
  options: WorkerOptions & Pick<WorkerReading<unknown, unknown>, 'secretProperties'>,
  own: readonly string[],
): void {
  checkHandler(worker, logic, options, [...COMMON, ...own]);
  if (options === undefined) {
    throw new InvalidOptionError(
      `${worker} needs options: { actionType: { category: 'Test', provider: 'Checks' } }, say`,
    );
  }
  const { concurrency, shared, secretProperties } = options;
  checkOption('secretProperties', secretProperties, isListOfTexts);
  if (shared !== undefined && typeof shared !== 'boolean') {
    throw new InvalidOptionError(`shared must be true or false, but is ${String(shared)}`);
  }
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new InvalidOptionError(`concurrency must be a whole number from 1, but is ${String(concurrency)}`);
  }
}
