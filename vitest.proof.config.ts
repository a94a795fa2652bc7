import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import config, { NO_TESTS, PROOFS } from './vitest.config.ts';

/** The files that take longest, from a minute up, the longest first. */
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
];

/** Begins with the longest, so that none of them runs alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((file) => moduleId.endsWith(`${file}.test.ts`));
      return found < 0 ? LONGEST.length : found;
    };
    return [...files].sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: PROOFS,
    exclude: NO_TESTS,
    // More than there are processors: most of them wait for programs and for time that passes.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
  },
});
