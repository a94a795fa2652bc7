import { afterEach, beforeEach } from 'vitest';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

/** What a worker runs in; another one for each test. */
export let runtime: TestRuntime;
/** Tells the worker of a test to stop; at the test's end, too. */
export let stop: AbortController;

/** Gives each test of the file that calls it a runtime of its own. */
export function eachTestHasARuntime(): void {
  beforeEach(async () => {
    runtime = await createTestRuntime();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await runtime.close();
  });
}
