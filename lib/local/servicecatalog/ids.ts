import { createHash } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 13;

/** An id in Service Catalog's form: a prefix and 13 small letters and digits. */
export function newId(kernel: Pick<Kernel, 'uuid'>, prefix: string): string {
  const digest = createHash('sha256').update(kernel.uuid()).digest();
  const letters = Array.from({ length: ID_LENGTH }, (_, index) => ALPHABET[(digest[index] ?? 0) % ALPHABET.length]);
  return `${prefix}-${letters.join('')}`;
}

/** The id that IAM would have for whoever makes a call: `AROA...` for a role, the account for its root. */
export function principalId(principal: { readonly roleArn?: string; readonly accountId: string }): string {
  if (principal.roleArn === undefined) return principal.accountId;
  return `AROA${createHash('sha256').update(principal.roleArn).digest('hex').slice(0, 17).toUpperCase()}`;
}
