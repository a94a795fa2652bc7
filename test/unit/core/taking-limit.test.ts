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
  const moments: number[] = [];
  const runtime = await createTestRuntime({
    ledger: {
      ...ledger,
      take(asked, lease, until) {
        patience = until - runtime.time.now();
        moments.push(lease.until - runtime.time.now());
        return ledger.take(asked, lease, until);
      },
      decide(key, decision, by, until) {
        moments.push(until - runtime.time.now());
        return ledger.decide(key, decision, by, until);
      },
    },
  });
  onTestFinished(() => runtime.close());
  const handler = pipelineJobWith(
    () => runtime,
    () => undefined,
  );
  const context = lambdaContext({ timeoutMs, now: () => runtime.time.now() });
  await handler(pipelineJobEvent(), context);
  expect(patience).toBe(expected);
  await handler(pipelineJobEvent(), { ...context, answerPatienceMs: 5_000 });
  // Its lease outlives its process, also by another clock; its last try ends before Lambda ends it.
  expect(moments).toEqual([timeoutMs + 1_000, timeoutMs - 150, timeoutMs + 1_000, timeoutMs + 5_000 - 150]);
});
