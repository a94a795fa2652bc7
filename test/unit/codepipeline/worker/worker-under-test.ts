import { afterEach, beforeEach } from 'vitest';
import {
  type JobWorkerLogic,
  type JobWorkerOptions,
  jobWorkerWith,
} from '../../../../lib/codepipeline/worker/job-worker.ts';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

export const actionType = { category: 'Test', provider: 'UnderTest' } as const;
/** The job's, and its key in the ledger. */
export const id = '00000000-0000-0000-0000-000000000001';
export const key = `codepipeline#${id}`;
/** What a worker runs in; another one for each test. */
export let runtime: TestRuntime;

/** Gives each test of the file that calls it a runtime of its own. */
export function eachTestHasARuntime(): void {
  beforeEach(async () => {
    runtime = await createTestRuntime();
  });
  afterEach(() => runtime.close());
}

/** Puts parts of it in the place of its own. */
export function changeRuntime(parts: Partial<TestRuntime>): void {
  runtime = { ...runtime, ...parts };
}

/** A worker in that runtime. */
export function worker<Parameters = Readonly<Record<string, string>>, State = unknown>(
  logic: JobWorkerLogic<Parameters, State> = () => undefined,
  options: Partial<JobWorkerOptions<Parameters, State>> = {},
) {
  return jobWorkerWith(() => runtime, logic, { actionType, ...options });
}

/** What was asked of the services, in order. */
export const operations = () => runtime.service.calls.map(({ operation }) => operation);

/** The token of a continuation. */
export const tokenDueIn = (ms: number) => `rb1:${JSON.stringify([key, 2, runtime.time.now() + ms, 0])}`;
