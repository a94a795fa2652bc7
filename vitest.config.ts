import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Tests that take long: workers against each other, killed processes by the thousand, whole apps synthesized, command
 * lines started one after the other, the packed package, archives of every writer. `npm run test:proof` runs them, and
 * so does CI.
 */
export const PROOFS = [
  'test/archives/*.test.ts',
  'test/console/*.test.ts',
  'test/docs/{examples,worker-examples}.test.ts',
  'test/infra/{example-app,worker-alarms}.test.ts',
  'test/journeys/{aws-cli-cloudcontrol,boto3,cloudcontrol-examples,cloudcontrol-products,deferral-of-a-day,process-races,sam-template,terraform-aws,terraform-build,terraform-engine,terraform-kill,terraform-module,terraform-outcomes,terraform-parser,terraform-state,transfer-later,worker-outages,worker-process,worker-races}.test.ts',
  'test/unit/cli/{bad-input,invoke,new-kinds}.test.ts',
  'test/unit/hooks/local-cloud.test.ts',
  'test/unit/local/template/synthesized-app.test.ts',
  'test/crash/{engine-faults,fuzz-*,outages,sabotage,schedules,services}.test.ts',
  'test/package/*.test.ts',
];

/** Nobody's tests here: what they hold runs elsewhere, in a project that a proof makes. */
export const NO_TESTS = [...configDefaults.exclude, 'test/package/commonjs/**'];

export default defineConfig({
  resolve: { conditions: ['ringback-source'] },
  ssr: { resolve: { conditions: ['ringback-source', 'node'], externalConditions: ['ringback-source', 'node'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...NO_TESTS, ...PROOFS],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
