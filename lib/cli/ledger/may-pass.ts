import { AwsCallError } from '../../aws/index.ts';

/** Errors of a network that no patience cures. */
const HOPELESS: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Whether a read of the ledger may work a moment later, where a person waits for it. */
export function mayPass(error: unknown): boolean {
  return error instanceof AwsCallError && error.retryable && !HOPELESS.has(error.code);
}
