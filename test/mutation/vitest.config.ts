import { configDefaults, defineConfig } from 'vitest/config';
import config from '../../vitest.config.ts';

/** The tests that prove the heart, the fits and the permissions, without those that start processes for each test. */
export default defineConfig({
  ...config,
  root: new URL('../..', import.meta.url).pathname,
  test: {
    ...config.test,
    maxWorkers: 1,
    // What a mutant makes hang is killed by then.
    testTimeout: 30_000,
    include: [
      'test/contract/ledger*.test.ts',
      'test/unit/{core,aws,telemetry}/**/*.test.ts',
      'test/unit/{codepipeline,transfer,servicecatalog}/**/*.test.ts',
      'test/infra/{role-statements,trust-domain,encryption,transfer-workflow,provisioning-engine,custom-action-worker}.test.ts',
    ],
    exclude: [
      ...configDefaults.exclude,
      'test/unit/codepipeline/artifacts/**',
      // They start processes, in which no mutant is switched on.
      'test/unit/core/prepare.test.ts',
      'test/unit/core/stray-errors.test.ts',
      'test/unit/telemetry/under-a-layer.test.ts',
    ],
  },
});
