import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withResolvers } from '../../../lib/local/lambda/with-resolvers.ts';
import { machineId } from '../../../lib/terraform/process-identity.ts';
import type { ProductStore } from '../../../lib/terraform/product-store.ts';
import { takeLock } from '../../../lib/terraform/state-lock.ts';
import { startLocalRuns } from './local-run.ts';

const KEY = '123456789012/pp-1.tflock';
/** No process has it: the largest that Linux gives is 4,194,304. */
const NO_PROCESS = 2 ** 30;

async function startStore(): Promise<ProductStore> {
  const local = await startLocalRuns();
  onTestFinished(() => local.stop());
  return local.store;
}

const left = (owner: object) =>
  JSON.stringify({ ID: 'left', Info: JSON.stringify({ ringback: 1, recordId: 'rec-0', ...owner }) });

function lock(
  store: ProductStore,
  recordId: string,
  more: { onLost?: () => void; now?: () => number; signal?: AbortSignal } = {},
) {
  return takeLock({
    store,
    key: KEY,
    recordId,
    signal: new AbortController().signal,
    onLost: () => undefined,
    ...more,
  });
}

describe('the lock of a state', () => {
  it('is taken over by one of two who find it left behind', async () => {
    const store = await startStore();
    await store.write(KEY, left({ machine: 'elsewhere', pid: 1, until: Date.now() - 1 }));
    const taken: string[] = [];
    const { signal, abort } = withAbort();
    const takers = ['rec-1', 'rec-2'].map((id) =>
      lock(store, id, { signal }).then(
        () => taken.push(id),
        (error: Error) => error,
      ),
    );
    await Promise.race(takers);
    abort();
    const ends = await Promise.all(takers);
    expect(taken).toHaveLength(1);
    expect(ends.filter((end) => end instanceof Error).map(String)).toEqual([
      `EngineFailure: the state is locked by the run of ${taken[0]}, which has not ended`,
    ]);
  });

  it('is taken over at once where its process was on this machine, and is gone', async () => {
    const store = await startStore();
    await store.write(KEY, left({ machine: machineId(), pid: NO_PROCESS, until: Date.now() + 60_000 }));
    await (await lock(store, 'rec-1')).release();
    expect(await store.read(KEY)).toBeUndefined();
  });

  it('is respected where a process of another machine has that number', async () => {
    const store = await startStore();
    await store.write(KEY, left({ machine: 'elsewhere', pid: NO_PROCESS, until: Date.now() + 60_000 }));
    await expect(lock(store, 'rec-1', { signal: AbortSignal.abort() })).rejects.toThrow('locked by the run of rec-0');
  });

  it('tells who held it when somebody took it over', async () => {
    const store = await startStore();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const lost = withResolvers<void>();
    await lock(store, 'rec-1', { onLost: lost.resolve });
    await store.write(KEY, left({ machine: 'elsewhere', pid: 1, until: Date.now() + 60_000 }));
    vi.advanceTimersByTime(15_000);
    await lost.promise;
  });

  it('is renewed while it is held', async () => {
    const store = await startStore();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const before = Date.now();
    let shiftMs = 0;
    const held = await lock(store, 'rec-1', { now: () => before + shiftMs });
    shiftMs = 15_000;
    vi.advanceTimersByTime(15_000);
    await expect
      .poll(async () => JSON.parse(JSON.parse(String(await store.read(KEY))).Info).until)
      .toBe(before + 75_000);
    await held.release();
    expect(await store.read(KEY)).toBeUndefined();
  });
});

function withAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
