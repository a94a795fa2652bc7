import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { EngineFailure } from './failure.ts';
import { isAlive, isRunning, machineId } from './process-identity.ts';
import type { ProductStore } from './product-store.ts';

/** A lease is renewed this often, and ends after so long without, in milliseconds. */
const RENEWAL_MS = 15_000;
const LEASE_MS = 60_000;
const POLL_MS = 1_000;

/** Ringback's part of a lock, in its `Info`. */
interface Owner {
  readonly ringback: 1;
  readonly recordId: string;
  /** Which machine `pid` is of. */
  readonly machine: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** A held lock. */
export interface StateLock {
  release(): Promise<void>;
}

/** What taking a lock needs. */
export interface LockRequest {
  readonly store: ProductStore;
  readonly key: string;
  readonly recordId: string;
  /** Aborts when nobody may wait for the lock any longer. */
  readonly signal: AbortSignal;
  /** Is called when somebody took the lock over, since its lease was not renewed in time. */
  readonly onLost: () => void;
  /** @defaultValue Date.now */
  readonly now?: () => number;
}

/**
 * Takes the lock of a state: the object that Terraform's own S3 backend would write, so that each respects the other's.
 * The engine holds it from before the plan to after the apply, and runs Terraform with `-lock=false`.
 *
 * A lock that another run of Ringback's left behind is taken over when its lease is over, at once where its process was on
 * this machine and is gone. Each write names what it replaces, so that of two who would take it over one does.
 *
 * @throws EngineFailure `lock` when somebody else holds it
 */
export async function takeLock(request: LockRequest): Promise<StateLock> {
  const { store, key, recordId, onLost, now = Date.now } = request;
  const id = randomUUID();
  const content = () => {
    const owner: Owner = { ringback: 1, recordId, machine: machineId(), pid: process.pid, until: now() + LEASE_MS };
    return JSON.stringify({
      ID: id,
      Operation: 'Ringback',
      Info: JSON.stringify(owner),
      Who: `ringback ${recordId}@${hostname()}`,
      Version: '',
      Created: new Date(now()).toISOString(),
      Path: `${store.bucket}/${key.replace(/\.tflock$/, '')}`,
    });
  };
  let heldUntil = now() + LEASE_MS;
  let eTag = await store.create(key, content());
  while (eTag === undefined) {
    const standing = await findLeft(request, id);
    heldUntil = now() + LEASE_MS;
    eTag =
      standing === undefined ? await store.create(key, content()) : await store.replace(key, content(), standing.eTag);
  }
  let held = eTag;
  const renew = async () => {
    const until = now() + LEASE_MS;
    const renewed = await store.replace(key, content(), held);
    // A renewal whose answer was lost stands, too.
    const found = renewed ?? (await ownETag(store, key, id));
    if (found === undefined) {
      clearInterval(timer);
      return onLost();
    }
    [held, heldUntil] = [found, until];
  };
  const timer = setInterval(() => void renew().catch(() => undefined), RENEWAL_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      // Within the lease nobody else can have taken it.
      if (now() < heldUntil - RENEWAL_MS || (await ownETag(store, key, id)) !== undefined) await store.remove(key);
    },
  };
}

async function ownETag(store: ProductStore, key: string, id: string): Promise<string | undefined> {
  const standing = await store.readWithETag(key);
  return standing !== undefined && readLock(standing.content.toString('utf8')).ID === id ? standing.eTag : undefined;
}

interface LockInfo {
  readonly ID?: string;
  readonly Who?: string;
  readonly Operation?: string;
  readonly Created?: string;
  readonly Info?: string;
}

/**
 * Waits until nobody holds the lock. @returns the object to take over; undefined where nothing stands there any more
 */
async function findLeft(
  { store, key, signal, now = Date.now }: LockRequest,
  ownId: string,
): Promise<{ readonly eTag: string } | undefined> {
  for (;;) {
    const standing = await store.readWithETag(key);
    if (standing === undefined) return undefined;
    const lock = readLock(standing.content.toString('utf8'));
    // A write of our own whose answer was lost.
    if (lock.ID === ownId) return standing;
    const owner = ownerOf(lock);
    if (owner === undefined) throw heldByOther(lock, `s3://${store.bucket}/${key}`);
    if (isLeft(owner, now())) return standing;
    await wait(POLL_MS, undefined, { signal }).catch(() => {
      throw new EngineFailure(
        'lock',
        'engine',
        `the state is locked by the run of ${owner.recordId}, which has not ended`,
      );
    });
  }
}

function heldByOther({ Who, Created, Operation, ID }: LockInfo, place: string): EngineFailure {
  const since = `since ${Created ?? 'an unknown time'}`;
  const what = `${Operation ?? 'unknown operation'}, lock ${ID ?? 'without an id'}`;
  return new EngineFailure(
    'lock',
    'engine',
    `the state is locked by ${Who ?? 'somebody'} ${since} (${what}), not by this engine; let that end, or release it with terraform force-unlock (${place})`,
  );
}

function readLock(text: string): LockInfo {
  try {
    return (JSON.parse(text) ?? {}) as LockInfo;
  } catch {
    return {};
  }
}

function ownerOf({ Info = '' }: LockInfo): Owner | undefined {
  try {
    const owner = JSON.parse(Info) as Partial<Owner> | null;
    return owner?.ringback === 1 ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether nobody works with the state any more: on this machine that can be seen, of others the end of the lease tells. */
function isLeft({ machine, pid, until }: Owner, now: number): boolean {
  if (machine !== machineId()) return now > until;
  return !isRunning(pid) || (now > until && isAlive(pid));
}
