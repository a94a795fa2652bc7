import type { Callback } from './callback.ts';
import type { Decision } from './decision.ts';
import { type Claim, type Ledger, type LedgerEntry, ledgerKey, type Postponement } from './ledger.ts';

interface Row {
  readonly callback: Callback;
  claim: Claim | undefined;
  leaseUntil: number;
  openedAt: number;
  decision: Decision | undefined;
  decidedAt: number | undefined;
  released: boolean;
  run: number;
  postponement: Postponement | undefined;
}

/**
 * A ledger in this process's memory, for tests and for functions without a table. It keeps every rule of the table's
 * but one: it dies with the process.
 */
export function createMemoryLedger(now: () => number = Date.now): Ledger {
  const rows = new Map<string, Row>();
  const states = new Map<string, string>();
  const toEntry = (key: string, row: Row): LedgerEntry => ({
    key,
    callback: row.callback,
    decision: row.decision,
    decidedAt: row.decidedAt,
    requestId: row.claim?.requestId,
    leaseUntil: row.leaseUntil,
    openedAt: row.openedAt,
    run: row.run,
    released: row.released,
    dueAt: row.postponement?.dueAt,
  });
  const rowOf = (callback: Callback): Row => {
    const key = ledgerKey(callback);
    const row = rows.get(key) ?? {
      callback,
      claim: undefined,
      leaseUntil: 0,
      openedAt: now(),
      decision: undefined,
      decidedAt: undefined,
      released: true,
      run: 1,
      postponement: undefined,
    };
    rows.set(key, row);
    return row;
  };
  const readKey = (key: string): LedgerEntry | undefined => {
    const row = rows.get(key);
    return row && toEntry(key, row);
  };
  return {
    async open(callback, claim) {
      const row = rowOf(callback);
      if (row.decision !== undefined) return { status: 'decided', decision: row.decision };
      const own = row.claim?.owner === claim.owner;
      if (row.run > claim.run && !own) {
        const { postponement } = row;
        return postponement === undefined ? { status: 'superseded' } : { ...postponement, status: 'postponed' };
      }
      const alive = row.claim !== undefined && row.leaseUntil >= now() && row.run === claim.run;
      if (alive && !own) return { status: 'busy', leaseUntil: row.leaseUntil };
      const died = row.claim !== undefined && !own && !row.released && row.run === claim.run;
      const { run, leaseMs } = claim;
      Object.assign(row, {
        claim,
        run,
        leaseUntil: now() + leaseMs,
        openedAt: now(),
        released: false,
        postponement: undefined,
      });
      return { status: 'claimed', died };
    },
    async decide(callback, decision) {
      const row = rowOf(callback);
      row.decidedAt ??= now();
      row.decision ??= decision;
      return row.decision;
    },
    async amend(callback, refused, replacement) {
      const row = rowOf(callback);
      if (row.decision === undefined || JSON.stringify(row.decision) === JSON.stringify(refused)) {
        row.decision = replacement;
      }
      return row.decision;
    },
    async postpone(callback, claim, postponement) {
      const row = rowOf(callback);
      if (row.decision === undefined && row.claim?.owner === claim.owner) {
        Object.assign(row, { leaseUntil: 0, released: true, run: postponement.run, postponement });
      }
      return row.decision;
    },
    async release(callback, claim) {
      const row = rowOf(callback);
      if (row.claim?.owner === claim.owner) Object.assign(row, { leaseUntil: 0, released: true });
    },
    read: async (callback) => readKey(ledgerKey(callback)),
    readKey: async (key) => readKey(key),
    async putState(key, state) {
      states.set(key, state);
    },
    async getState(key) {
      return states.get(key);
    },
    async removeState(key) {
      states.delete(key);
    },
    async findStates(state) {
      return [...states].filter(([, kept]) => kept === state).map(([key]) => key);
    },
    async listOpen() {
      return [...rows].filter(([, row]) => row.decision === undefined).map(([key, row]) => toEntry(key, row));
    },
  };
}
