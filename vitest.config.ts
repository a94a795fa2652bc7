import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that take minutes: killed processes by the thousand, the packed package. `npm run test:proof` runs them. */
export const PROOFS = [
  'test/crash/{engine-faults,fuzz-events,outages,sabotage,schedules,services}.test.ts',
  'test/package/**/*.test.ts',
];

/** Workers against each other and against processes that die: `npm run test:races` runs them. */
export const RACES = ['test/journeys/worker-races.test.ts'];

export default defineConfig({
  resolve: { conditions: ['ringback-source'] },
  ssr: { resolve: { conditions: ['ringback-source', 'node'], externalConditions: ['ringback-source', 'node'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...PROOFS, ...RACES],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
