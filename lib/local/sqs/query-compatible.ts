import type { QueryCompatibleError } from '../kernel/service.ts';

/** Codes that begin with this in the query protocol, and without it in JSON (SQS API reference, "Common errors"). */
const PREFIX = 'AWS.SimpleQueueService.';
const PREFIXED = new Set([
  'BatchEntryIdsNotDistinct',
  'BatchRequestTooLong',
  'EmptyBatchRequest',
  'InvalidBatchEntryId',
  'MessageNotInflight',
  'PurgeQueueInProgress',
  'QueueDeletedRecently',
  'TooManyEntriesInBatchRequest',
  'UnsupportedOperation',
]);

/** Codes whose two forms have little in common. */
const OTHERS: Readonly<Record<string, QueryCompatibleError>> = {
  QueueDoesNotExist: { type: 'QueueDoesNotExist', queryCode: `${PREFIX}NonExistentQueue` },
  QueueNameExists: { type: 'QueueNameExists', queryCode: 'QueueAlreadyExists' },
  InvalidParameterValue: { type: 'InvalidParameterValueException', queryCode: 'InvalidParameterValue' },
  MissingParameter: { type: 'MissingRequiredParameterException', queryCode: 'MissingParameter' },
  AccessDeniedException: { type: 'AccessDeniedException', queryCode: 'AccessDenied' },
};

/** The names of an SQS error in its two protocols. */
export function queryCompatibleError(code: string): QueryCompatibleError {
  const other = Object.hasOwn(OTHERS, code) ? OTHERS[code] : undefined;
  const { type, queryCode } = other ?? { type: code, queryCode: PREFIXED.has(code) ? `${PREFIX}${code}` : code };
  return { type: `com.amazonaws.sqs#${type}`, queryCode };
}
