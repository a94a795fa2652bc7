import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { EngineFailure } from './failure.ts';
import type { ProductStore } from './product-store.ts';

/** A lease is renewed this often, and ends after so long without, in milliseconds. */
const RENEWAL_MS = 15_000;
const LEASE_MS = 60_000;
const POLL_MS = 1_000;

/** Ringback's part of a lock, in its `Info`. */
interface Owner {
  readonly ringback: 1;
  readonly recordId: string;
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** A held lock. */
export interface StateLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a state: the object that Terraform's own S3 backend would write, so that each respects the other's.
 * The engine holds it from before the plan to after the apply, and runs Terraform with `-lock=false`.
 *
 * A lock that another run of Ringback's left behind is released when its lease is over, at once where its process was on
 * this machine and is gone.
 *
 * @throws EngineFailure `lock` when somebody else holds it
 */
export async function takeLock(
  store: ProductStore,
  key: string,
  recordId: string,
  signal: AbortSignal,
  now: () => number = Date.now,
): Promise<StateLock> {
  const id = crypto.randomUUID();
  const content = () => {
    const owner: Owner = { ringback: 1, recordId, host: hostname(), pid: process.pid, until: now() + LEASE_MS };
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
  while (!(await store.create(key, content()))) await passOver(store, key, signal, now);
  let heldUntil = now() + LEASE_MS;
  const renew = async () => {
    await store.write(key, content());
    heldUntil = now() + LEASE_MS;
  };
  const timer = setInterval(() => void renew().catch(() => undefined), RENEWAL_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      // Within the lease nobody else can have taken it.
      const isOurs =
        now() < heldUntil - RENEWAL_MS || readLock((await store.read(key))?.toString('utf8') ?? '').ID === id;
      if (isOurs) await store.remove(key);
    },
  };
}

interface LockInfo {
  readonly ID?: string;
  readonly Who?: string;
  readonly Operation?: string;
  readonly Created?: string;
  readonly Info?: string;
}

/** Releases a lock that nobody holds any more, or waits a moment. */
async function passOver(store: ProductStore, key: string, signal: AbortSignal, now: () => number): Promise<void> {
  const text = (await store.read(key))?.toString('utf8');
  if (text === undefined) return;
  const lock = readLock(text);
  const owner = ownerOf(lock);
  if (owner === undefined) {
    throw new EngineFailure(
      'lock',
      'engine',
      `the state is locked by ${lock.Who ?? 'somebody'} since ${lock.Created ?? 'an unknown time'} (${lock.Operation ?? 'unknown operation'}, lock ${lock.ID ?? 'without an id'}), not by this engine; let that end, or release it with terraform force-unlock (s3://${store.bucket}/${key})`,
    );
  }
  if (now() > owner.until || isGone(owner)) return store.remove(key);
  try {
    await wait(POLL_MS, undefined, { signal });
  } catch {
    throw new EngineFailure(
      'lock',
      'engine',
      `the state is locked by the run of ${owner.recordId}, which has not ended`,
    );
  }
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

function isGone({ host, pid }: Owner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
