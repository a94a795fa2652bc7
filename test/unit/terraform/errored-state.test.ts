import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { saveErroredState, takeUpErroredState } from '../../../lib/terraform/errored-state.ts';
import { keysOf } from '../../../lib/terraform/product-store.ts';
import { ACCOUNT, startLocalRuns } from './local-run.ts';

const keys = keysOf({ accountId: ACCOUNT, id: 'pp-1' });
const stateOf = (serial: number, lineage = 'a') => JSON.stringify({ version: 4, serial, lineage });

async function startStore() {
  const local = await startLocalRuns();
  onTestFinished(() => local.stop());
  return local;
}

it('keeps a state beside its place when the lock is lost, for another run may have changed it', async () => {
  const { store, log } = await startStore();
  const folder = await mkdtemp(path.join(tmpdir(), 'errored-state-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const run = { folder, store, keys, log, kill: new AbortController().signal };
  expect(await saveErroredState({ ...run, holdsLock: true })).toBeUndefined();
  await writeFile(path.join(folder, 'errored.tfstate'), stateOf(2));
  await store.write(keys.state, stateOf(7));
  const place = `s3://terraform-states/${keys.errored}`;
  expect(await saveErroredState({ ...run, holdsLock: false })).toEqual({ place });
  expect(String(await store.read(keys.state))).toBe(stateOf(7));
});

it.each([
  ['is newer', stateOf(1), stateOf(2), stateOf(2)],
  ['is there already', stateOf(2), stateOf(2), stateOf(2)],
  ['is the only one', undefined, stateOf(1), stateOf(1)],
])('takes up a kept state that %s', async (_, standing, kept, expected) => {
  const { store, log } = await startStore();
  if (standing !== undefined) await store.write(keys.state, standing);
  await store.write(keys.errored, kept);
  await takeUpErroredState(store, keys, log);
  expect(String(await store.read(keys.state))).toBe(expected);
  expect(await store.read(keys.errored)).toBeUndefined();
});

it.each([
  ['older', stateOf(3), stateOf(2)],
  ["another one's", stateOf(1), stateOf(2, 'b')],
])('leaves the choice to a person when a kept state is %s', async (_, standing, kept) => {
  const { store, log } = await startStore();
  await store.write(keys.state, standing);
  await store.write(keys.errored, kept);
  await expect(takeUpErroredState(store, keys, log)).rejects.toThrow(
    `kept at s3://terraform-states/${keys.errored}, but the state has gone on without it`,
  );
  expect(String(await store.read(keys.state))).toBe(standing);
  expect(String(await store.read(keys.errored))).toBe(kept);
});
