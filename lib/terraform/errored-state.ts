import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsCallError } from '../aws/index.ts';
import type { Log } from '../core/secrets/log.ts';
import { EngineFailure } from './failure.ts';
import { type keysOf, type ProductStore, readJson } from './product-store.ts';

/** What Terraform leaves in its folder when its backend refused the state. */
export const ERRORED_FILE = 'errored.tfstate';
/** The file in the folder of a run that tells whose state it works with. */
const OWNER_FILE = 'state';
/** The state is written again for so long, with these waits, in milliseconds. */
const PATIENCE_MS = 10 * 60_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

type Keys = ReturnType<typeof keysOf>;

/** What is known of a run whose state could not be written. */
export interface ErroredRun {
  /** The folder that Terraform ran in. */
  readonly folder: string;
  readonly store: ProductStore;
  readonly keys: Keys;
  readonly log: Log;
  /** Aborts when there is no time left. */
  readonly kill: AbortSignal;
  /** Whether this run still has the lock: without it, nothing may be written over the state. */
  readonly holdsLock: boolean;
}

/**
 * Saves a state that Terraform could not write: in its place, again and again while there is time; until then beside it;
 * where S3 takes neither, on this machine. The next operation takes it up from there.
 *
 * @returns where it is kept; `state` in its place; undefined where Terraform left none
 */
export async function saveErroredState(run: ErroredRun): Promise<'state' | { readonly place: string } | undefined> {
  const { folder, store, keys, log, kill, holdsLock } = run;
  const content = await readFile(path.join(folder, ERRORED_FILE)).catch(() => undefined);
  if (content === undefined) return undefined;
  const write = (key: string) => orAborted(store.write(key, content), kill);
  const endsAt = Date.now() + PATIENCE_MS;
  let isBeside = false;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const refused = holdsLock ? await write(keys.state).then(() => undefined, asError) : new Error('no lock');
    if (refused === undefined) {
      if (isBeside) await store.remove(keys.errored).catch(() => undefined);
      return 'state';
    }
    log.warn('the state could not be written', { error: refused });
    isBeside ||= await write(keys.errored).then(
      () => true,
      () => false,
    );
    const passes = holdsLock && (!(refused instanceof AwsCallError) || refused.retryable);
    if (!passes || kill.aborted || Date.now() + waitMs > endsAt) break;
    await wait(waitMs, undefined, { signal: kill }).catch(() => undefined);
  }
  if (isBeside) return { place: `s3://${store.bucket}/${keys.errored}` };
  const file = localFile(`${store.bucket}/${keys.state}`);
  await writeFile(file, content, { mode: 0o600 });
  return { place: file };
}

/**
 * Puts a state that an earlier run could not write into its place. The lock must be held.
 *
 * @throws EngineFailure when the state has gone on without it: a person must decide
 */
export async function takeUpErroredState(store: ProductStore, keys: Keys, log: Log): Promise<void> {
  const file = localFile(`${store.bucket}/${keys.state}`);
  const [beside, local] = await Promise.all([store.read(keys.errored), readFile(file).catch(() => undefined)]);
  const found = [
    { content: beside, place: `s3://${store.bucket}/${keys.errored}` },
    { content: local, place: file },
  ];
  for (const { content, place } of found) {
    if (content === undefined) continue;
    const standing = await store.read(keys.state);
    if (standing?.equals(content) !== true) {
      const head = headOf(content, place);
      if (standing !== undefined && !follows(head, headOf(standing, `s3://${store.bucket}/${keys.state}`)))
        throw forked(place);
      await store.write(keys.state, content);
    }
    log.info('the state that an earlier run could not save is in its place', { from: place });
  }
  if (beside !== undefined) await store.remove(keys.errored);
  if (local !== undefined) await rm(file, { force: true });
}

/** Notes in the folder of a run whose state it works with, for {@link rescueLeftState}. */
export async function noteState(workspace: string, { bucket }: ProductStore, { state }: Keys): Promise<void> {
  await writeFile(path.join(workspace, OWNER_FILE), `${bucket}/${state}`);
}

/** Keeps the state that Terraform left in the folder of a run whose process died, for the next run on this machine. */
export async function rescueLeftState(workspace: string): Promise<void> {
  const owner = await readFile(path.join(workspace, OWNER_FILE), 'utf8').catch(() => undefined);
  if (owner === undefined) return;
  const files = await readdir(workspace, { recursive: true });
  // Modules that were fetched may bring one of their own.
  const [errored] = files.filter(
    (name) => path.basename(name) === ERRORED_FILE && !name.split(path.sep).includes('.terraform'),
  );
  if (errored !== undefined) await copyFile(path.join(workspace, errored), localFile(owner));
}

/** Whether one state came after another, as `terraform state push` would have it. */
function follows(later: StateHead, earlier: StateHead): boolean {
  return later.lineage === earlier.lineage && (later.serial ?? 0) > (earlier.serial ?? 0);
}

interface StateHead {
  readonly lineage?: string;
  readonly serial?: number;
}

/** @throws EngineFailure for what is no state: its content, which holds secrets, is never quoted */
function headOf(content: Buffer, place: string): StateHead {
  const head = readJson(content);
  if (typeof head === 'object' && head !== null) return head;
  throw new EngineFailure(
    'internal',
    'engine',
    `what is kept at ${place} is no state that can be read; put back an earlier version of it, or remove it where another state is the right one`,
  );
}

function forked(place: string): EngineFailure {
  return new EngineFailure(
    'internal',
    'engine',
    `a state that could not be saved is kept at ${place}, but the state has gone on without it: compare both, push the right one by terraform state push, and remove ${place}`,
  );
}

/** Where this machine keeps a state that S3 did not take. */
function localFile(owner: string): string {
  const name = createHash('sha256').update(owner).digest('hex').slice(0, 32);
  return path.join(tmpdir(), `ringback-errored-${name}.tfstate`);
}

function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error('there was no time left'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
