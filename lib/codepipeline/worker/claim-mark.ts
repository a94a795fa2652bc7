import type { Callback } from '../../core/callback.ts';
import { ledgerKey } from '../../core/ledger.ts';

/** The key under which the ledger keeps what is known of the claim of a polled job. */
export function claimMarkKey(callback: Pick<Callback, 'service' | 'id'>): string {
  return `${ledgerKey(callback)}#claim`;
}
