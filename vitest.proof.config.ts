import { defineConfig } from 'vitest/config';
import { longestFirst } from './test/longest-first.ts';
import config, { NO_TESTS, PROOFS } from './vitest.config.ts';

/** The files that take longest, from a minute up. */
const LONGEST = [
  'console/page',
  'crash/sabotage',
  'cli/new-kinds',
  'cli/invoke',
  'package/package',
  'journeys/worker-process',
  'journeys/process-races',
  'crash/services',
  'package/commonjs',
  'journeys/terraform-kill',
  'cli/bad-input',
  'journeys/worker-races',
  'crash/fuzz-events',
  'journeys/deferral-of-a-day',
];

export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: PROOFS,
    exclude: NO_TESTS,
    // More than there are processors: most of them wait for programs and for time that passes.
    maxWorkers: 4,
    sequence: { sequencer: longestFirst(LONGEST) },
  },
});
