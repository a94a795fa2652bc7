import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { expect, it, onTestFinished } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { createMemoryLedger } from '../../../lib/core/ledger/memory-ledger.ts';
import { createTestRuntime } from '../test-runtime.ts';

it.each([
  [30_000, 15_000],
  [900_000, 30_000],
])('a function with %i ms asks the ledger for its entry for %i ms at most', async (timeoutMs, expected) => {
  const ledger = createMemoryLedger();
  let patience = 0;
  const runtime = await createTestRuntime({
    ledger: {
      ...ledger,
      take(asked, lease, until) {
        patience = until - runtime.time.now();
        return ledger.take(asked, lease, until);
      },
    },
  });
  onTestFinished(() => runtime.close());
  const handler = pipelineJobWith(
    () => runtime,
    () => undefined,
  );
  await handler(pipelineJobEvent(), lambdaContext({ timeoutMs, now: () => runtime.time.now() }));
  expect(patience).toBe(expected);
});
