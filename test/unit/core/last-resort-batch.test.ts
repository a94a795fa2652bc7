import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime } from '../test-runtime.ts';

it('tries all messages of a batch side by side while the result API is silent, and ends within its own time', async () => {
  let asked = 0;
  const silent = createServer(() => void asked++);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const runtime = await createTestRuntime({}, { AWS_ENDPOINT_URL_CODEPIPELINE: `http://127.0.0.1:${port}` });
  onTestFinished(async () => {
    vi.useRealTimers();
    silent.close();
    silent.closeAllConnections();
    await runtime.close();
  });
  const Records = Array.from({ length: 10 }, (_, index) => ({
    messageId: `m${index}`,
    body: JSON.stringify(pipelineJobEvent()),
  }));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const startedAt = runtime.time.now();
  const ended = createLastResort(services, () => runtime)(
    { Records },
    lambdaContext({ timeoutMs: 30_000, now: () => runtime.time.now() }),
  );
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let rounds = 0; !isOver; rounds++) {
    const before = asked;
    // The first try of each is on its way before any time passes.
    if (rounds === 0) await vi.waitUntil(() => asked === 10, { timeout: 30_000 });
    runtime.time.advance(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBeGreaterThanOrEqual(before);
  }
  expect((await ended).batchItemFailures).toHaveLength(10);
  // The clock of this test moves by whole seconds.
  expect(runtime.time.now() - startedAt).toBeLessThan(31_000);
  expect(await runtime.ledger.list(0)).toHaveLength(10);
});
