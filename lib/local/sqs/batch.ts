import { AwsError } from '../kernel/aws-error.ts';
import type { SendInput } from './message-content.ts';

/** The most entries of one batch (SQS quotas, "Messages per batch"). */
const MOST_ENTRIES = 10;

/** One entry of any batch; each operation reads its own members. */
export interface BatchEntry extends SendInput {
  readonly Id: string;
  readonly DelaySeconds?: unknown;
  readonly ReceiptHandle?: unknown;
  readonly VisibilityTimeout?: unknown;
}

/** What a batch does with its entries. */
export interface BatchWork {
  /** Refuses the batch as a whole. */
  check?(entries: readonly BatchEntry[]): void;
  /** Does one entry; what it throws fails that entry alone. */
  run(entry: BatchEntry): object;
}

/**
 * Runs each entry of a batch and tells which succeeded.
 *
 * @throws AwsError EmptyBatchRequest, MissingParameter, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct
 */
export function runBatch(entries: readonly BatchEntry[] | undefined, { check, run }: BatchWork): object {
  if (entries === undefined || entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MOST_ENTRIES) {
    const message = `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`;
    throw new AwsError('TooManyEntriesInBatchRequest', message);
  }
  const ids = entries.map(({ Id }) => Id);
  if (ids.some((id) => typeof id !== 'string' || id === '')) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter Id.');
  }
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    const message =
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
    throw new AwsError('InvalidBatchEntryId', message);
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  check?.(entries);

  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return { Successful, Failed };
}
