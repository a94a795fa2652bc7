import { AwsCallError, type AwsConnection } from '../aws/index.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import type { Callback } from './callback.ts';
import { type Ledger, type LedgerEntry, ledgerKey } from './ledger.ts';
import type { TimeSource } from './retry.ts';

/**
 * How a claim went. `claimed`: the callback is ours. `refused`: the offer is not the latest, or somebody has claimed
 * with it already. `closed`: it has been answered, or nobody waits any more. `uncertain`: refused, but an earlier try
 * whose answer was lost may have got through.
 */
export type ClaimResult = 'claimed' | 'refused' | 'closed' | 'uncertain';

/** How one callback is claimed that must be claimed before anybody may answer it. */
export interface Claiming {
  /** Whether workers that do not keep this ledger may claim it, too. */
  readonly shared: boolean;
  /** @throws AwsCallError when it could not be asked, or for a missing permission */
  claim(environment: ClaimEnvironment): Promise<ClaimResult>;
}

/** What claiming needs. */
export interface ClaimEnvironment {
  readonly connection: AwsConnection;
  readonly time: TimeSource;
  /** No try begins after this moment, in milliseconds since the epoch. */
  readonly until: number;
}

/**
 * What the ledger keeps of a claim, beside the entry. `claimed`: it went well. `held`: so it did, and whoever made it is
 * a process of its own, whose deliveries nobody brings back. `uncertain`: nobody can tell.
 */
export type ClaimMark = 'claimed' | 'held' | 'uncertain';

/** Whether a mark says that the answer is owed. */
export function isClaimed(mark: ClaimMark | undefined): boolean {
  return mark === 'claimed' || mark === 'held';
}

/** @throws LedgerError */
export async function readClaimMark(ledger: Ledger, callback: Callback, until: number): Promise<ClaimMark | undefined> {
  return (await ledger.getState(claimMarkKey(callback), until)) as ClaimMark | undefined;
}

/** @throws LedgerError */
export function writeClaimMark(ledger: Ledger, callback: Callback, mark: ClaimMark, until: number): Promise<void> {
  return ledger.putState(claimMarkKey(callback), mark, until);
}

/** Forgets the mark of a callback that is answered. @throws LedgerError */
export function removeClaimMark(ledger: Ledger, callback: Callback, until: number): Promise<void> {
  return ledger.removeState(claimMarkKey(callback), until);
}

/** The keys of the ledger's entries whose claims bear a mark; a scan. @throws LedgerError */
export async function findClaims(ledger: Ledger, mark: ClaimMark, until: number): Promise<readonly string[]> {
  const keys = await ledger.findStates(mark, until);
  return keys.filter((key) => key.endsWith(SUFFIX)).map((key) => key.slice(0, -SUFFIX.length));
}

const SUFFIX = '#claim';

function claimMarkKey(callback: Callback): string {
  return `${ledgerKey(callback)}${SUFFIX}`;
}

/**
 * Whose a callback is. `ours`: claimed here, so the answer is owed. `unclaimed`: it was never claimed here; it is
 * offered again, or somebody else's. `closed`: nobody waits for it any more. `doubtful`: whoever worked on it here died
 * between the claim and its mark, or before the claim, and the offer is used up.
 */
export type Ownership = 'ours' | 'unclaimed' | 'closed' | 'doubtful';

/**
 * Tells whose a callback is whose worker here has died, for whoever answers in its place.
 *
 * The entry comes before the claim, and is given back only after a claim that failed or left its mark. Where neither
 * tells, the service is asked: what can still be claimed is claimed now, and is ours.
 *
 * @param claiming - undefined for a callback whose answer is owed from its delivery on
 * @throws LedgerError, or AwsCallError where the service cannot be asked
 */
export async function ownershipOf(
  callback: Callback,
  claiming: Claiming | undefined,
  entry: LedgerEntry | undefined,
  { ledger, log, time, connect }: AnswerEnvironment,
  until: number,
): Promise<Ownership> {
  if (claiming === undefined) return 'ours';
  const mark = await readClaimMark(ledger, callback, until);
  if (isClaimed(mark)) return 'ours';
  if (mark === undefined && (entry === undefined || entry.released)) return 'unclaimed';
  const result = await claiming
    .claim({ connection: connect(callback.region), time, until })
    .catch((error: unknown): ClaimResult => {
      if (!(error instanceof AwsCallError) || error.retryable) throw error;
      log.warn('it could not be asked whether the callback is claimed', { id: callback.id, error });
      return 'uncertain';
    });
  if (result === 'closed') return 'closed';
  if (result !== 'claimed') return 'doubtful';
  await writeClaimMark(ledger, callback, 'claimed', until);
  return 'ours';
}
