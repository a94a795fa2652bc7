import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { expect, it, onTestFinished } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { createMemoryLedger } from '../../../lib/core/ledger/memory-ledger.ts';
import { createTestRuntime } from '../test-runtime.ts';

it.each([
  [100, 58_400],
  [1_000, 51_000],
])('keeps time for the answer by how long the ledger took: %i ms', async (ledgerMs, remainingMs) => {
  const ledger = createMemoryLedger();
  const runtime = await createTestRuntime({
    ledger: {
      ...ledger,
      take(...asked) {
        runtime.time.advance(ledgerMs);
        return ledger.take(...asked);
      },
    },
  });
  onTestFinished(() => runtime.close());
  let seen = 0;
  const handler = pipelineJobWith(
    () => runtime,
    (job) => {
      seen = job.remainingMs();
    },
  );
  await handler(pipelineJobEvent(), lambdaContext({ timeoutMs: 60_000, now: () => runtime.time.now() }));
  expect(seen).toBe(remainingMs);
});

it('does not begin the work when taking its entry has taken all the time for it', async () => {
  const ledger = createMemoryLedger();
  const runtime = await createTestRuntime({
    ledger: {
      ...ledger,
      take(asked, lease, until) {
        runtime.time.advance(2_100);
        return ledger.take(asked, lease, until);
      },
    },
  });
  onTestFinished(() => runtime.close());
  let runs = 0;
  const handler = pipelineJobWith(
    () => runtime,
    () => {
      runs++;
    },
  );
  await handler(pipelineJobEvent(), lambdaContext({ timeoutMs: 2_000, now: () => runtime.time.now() }));
  expect(runs).toBe(0);
  expect(runtime.service.answers[0]?.input.failureDetails.message).toMatch(/^did not end within 0\.0 s/);
});
