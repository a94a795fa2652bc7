import { systemTime } from '../../aws/index.ts';
import type { Json } from '../json.ts';
import type { Entry } from './entry.ts';
import type { Ledger } from './ledger.ts';
import { stateText } from './limits.ts';
import { awaits, decided, find, givenBack, heardOf, isOwn, taken, waited } from './transitions.ts';

/** A {@link Ledger} that dies with its process. */
export interface MemoryLedger extends Ledger {
  /** Forgets every entry: for tests, each of which begins with none. */
  empty(): void;
}

/**
 * A ledger in this process's memory, for tests and for functions without a table. It keeps every rule of the table's
 * but one: it dies with the process.
 */
export function createMemoryLedger(now: () => number = systemTime.now): MemoryLedger {
  const entries = new Map<string, Entry>();
  return {
    empty: () => entries.clear(),
    async take(asked, lease) {
      const entry = entries.get(asked.key);
      const found = find(entry, asked, lease.owner, now());
      if (found.kind !== 'absent' && found.kind !== 'run') return found;
      const next = taken(entry, asked, lease, now());
      entries.set(asked.key, next);
      return { kind: 'run', died: found.kind === 'run' && found.died, entry: next };
    },
    async noteAcknowledged(key, _until, ticket) {
      const entry = entries.get(key);
      if (entry !== undefined) entries.set(key, { ...entry, acknowledged: 'yes', ticket: ticket ?? entry.ticket });
    },
    async wait(key, owner, next) {
      const entry = entries.get(key);
      const text = stateText(next.left);
      if (entry === undefined || !isOwn(entry, owner)) return entry;
      const left = text === undefined ? {} : { left: JSON.parse(text) as Json };
      const heardAt = next.silenceMs === undefined ? undefined : now();
      entries.set(key, waited(entry, { heardAt, ...next, ...left }));
      return undefined;
    },
    async noteHeard(key, heard) {
      const entry = entries.get(key);
      if (entry === undefined || !awaits(entry, heard.run)) return false;
      entries.set(key, heardOf(entry, heard, now()));
      return true;
    },
    async giveBack(key, owner, how) {
      const entry = entries.get(key);
      if (entry !== undefined && isOwn(entry, owner)) entries.set(key, givenBack(entry, how));
    },
    async decide(key, decision, by) {
      const entry = entries.get(key);
      if (entry === undefined && !('asked' in by)) return undefined;
      const stands = entry?.state.kind === 'decided' || ('owner' in by && !isOwn(entry, by.owner));
      if (entry !== undefined && stands) return { isOwn: false, entry };
      const next = decided(entry, decision, 'asked' in by ? by.asked : undefined, now());
      entries.set(key, next);
      return { isOwn: true, entry: next };
    },
    async amend(key, refused, replacement) {
      const entry = entries.get(key);
      if (entry?.state.kind !== 'decided') return replacement;
      if (JSON.stringify(entry.state.decision) !== JSON.stringify(refused)) return entry.state.decision;
      entries.set(key, { ...entry, state: { ...entry.state, decision: replacement } });
      return replacement;
    },
    async noteReported(key, reported) {
      const entry = entries.get(key);
      if (entry?.state.kind === 'decided') entries.set(key, { ...entry, state: { ...entry.state, reported } });
    },
    left: async ({ left }) => (left !== undefined && 'value' in left ? left.value : undefined),
    read: async (key) => entries.get(key),
    list: async () => [...entries.values()].sort((one, other) => one.openedAt - other.openedAt),
  };
}

const SHARED = Symbol.for('ringback.memoryLedger.1');

/**
 * The one memory ledger of this process, also across copies of this package: what a handler defers, `complete` must
 * find.
 */
export function sharedMemoryLedger(): MemoryLedger {
  const shared = globalThis as { [SHARED]?: MemoryLedger };
  shared[SHARED] ??= createMemoryLedger();
  return shared[SHARED];
}
