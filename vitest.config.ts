import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { longestFirst } from './test/longest-first.ts';

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
  'test/journeys/answered-by-the-aws-cli.test.ts',
  'test/journeys/aws-cli-cloudcontrol.test.ts',
  'test/journeys/boto3.test.ts',
  'test/journeys/build-that-nobody-waits-for.test.ts',
  'test/journeys/cloudcontrol-examples.test.ts',
  'test/journeys/cloudcontrol-products.test.ts',
  'test/journeys/deferral-of-a-day.test.ts',
  'test/journeys/every-task-from-a-build.test.ts',
  'test/journeys/aws-cli-pipeline.test.ts',
  'test/journeys/process-races.test.ts',
  'test/journeys/sam-template.test.ts',
  'test/journeys/terraform-aws.test.ts',
  'test/journeys/terraform-build.test.ts',
  'test/journeys/terraform-calls.test.ts',
  'test/journeys/terraform-engine.test.ts',
  'test/journeys/terraform-kill.test.ts',
  'test/journeys/terraform-module.test.ts',
  'test/journeys/terraform-outcomes.test.ts',
  'test/journeys/terraform-parser.test.ts',
  'test/journeys/terraform-state.test.ts',
  'test/journeys/transfer-later.test.ts',
  'test/journeys/worker-outages.test.ts',
  'test/journeys/worker-process.test.ts',
  'test/journeys/worker-races.test.ts',
  'test/unit/cli/{bad-input,invoke,new-kinds}.test.ts',
  'test/unit/hooks/local-cloud.test.ts',
  'test/unit/local/template/synthesized-app.test.ts',
  'test/crash/{engine-faults,fuzz-*,outages,sabotage,schedules,services}.test.ts',
  'test/package/*.test.ts',
];

/** Nobody's tests here: what they hold runs elsewhere, in a project that a proof makes. */
export const NO_TESTS = [...configDefaults.exclude, 'test/package/commonjs/**'];

/** The files that take longest, from 15 seconds up on a busy machine. */
const LONGEST = [
  'crash/crash',
  'contract/recorded',
  'journeys/missing-permission',
  'cli/complete',
  'core/prepare',
  'artifacts/artifact-round-trip',
  'cli/open',
  'cli/new',
  'lambda/runtime',
  'terraform/hostile-artifacts',
];

export default defineConfig({
  resolve: { conditions: ['ringback-source'] },
  ssr: { resolve: { conditions: ['ringback-source', 'node'], externalConditions: ['ringback-source', 'node'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...NO_TESTS, ...PROOFS],
    // In full, since a proof runs the tests of a project that lies elsewhere with this configuration.
    globalSetup: path.join(import.meta.dirname, 'test/shared-folder.ts'),
    setupFiles: path.join(import.meta.dirname, 'test/real-clock.ts'),
    pool: 'forks',
    // More than two processors: most files wait for something now and then.
    maxWorkers: 3,
    // The files of a worker share its modules, which saves half of the time: what a test changes, it puts back.
    isolate: false,
    sequence: { sequencer: longestFirst(LONGEST) },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A process takes seconds to start on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});
