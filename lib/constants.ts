/**
 * Names that the constructs write into a stack and the functions read at run time. One file for both sides, so that
 * the compiler holds them together. It imports nothing.
 */

/** The environment variables that `CallbackFunction` sets and the runtime reads. */
export const environmentVariables = {
  /** Name of the ledger table. */
  ledgerTable: 'RINGBACK_LEDGER_TABLE',
  /** URL of the queue that hands a delivery back later; only where the service has no continuation of its own. */
  continuationQueueUrl: 'RINGBACK_CONTINUATION_QUEUE_URL',
  /** `true` where a delivery that this function fails on for good reaches the last resort. */
  lastResort: 'RINGBACK_LAST_RESORT',
  /** What happens after a process died before a decision: one of {@link onCrashChoices}. */
  onCrash: 'RINGBACK_ON_CRASH',
  /** How long a Transfer Family step waits for this function, in seconds: the event does not say. */
  stepTimeoutSeconds: 'RINGBACK_STEP_TIMEOUT_SECONDS',
  /** The event bus that learns why a step failed, by name or ARN; nobody does where it is absent. */
  failureEventBus: 'RINGBACK_FAILURE_EVENT_BUS',
  /** The key of the object tag that says why a step failed; no tag where it is absent. */
  failureTag: 'RINGBACK_FAILURE_TAG',
  /** Where the function has the file system of its steps mounted. */
  efsMountPath: 'RINGBACK_EFS_MOUNT_PATH',
} as const;

/** What happens to a delivery whose process died before a decision was stored: answered failed, or run once more. */
export const onCrashChoices = ['fail', 'retry'] as const;

/** One of {@link onCrashChoices}. */
export type OnCrash = (typeof onCrashChoices)[number];

/** The ledger's attributes. Powertools idempotency has the first five under these names by default; the rest are ours. */
export const ledgerAttributes = {
  /** Partition key: the key of a callback. */
  key: 'id',
  /** Seconds since the epoch after which DynamoDB may delete the item; the table's TTL attribute. */
  expiration: 'expiration',
  /** Milliseconds since the epoch at which the lease of a running invocation ends. */
  inProgressExpiration: 'in_progress_expiration',
  /** `INPROGRESS` or `COMPLETED`. */
  status: 'status',
  /** The stored decision, or the state of a continuation. */
  data: 'data',
  /** The callback that the entry owes an answer to, encoded: a secret. */
  callback: 'callback',
  /** The attempt that holds the lease. */
  owner: 'owner',
  /** Lambda's request id of that attempt. */
  requestId: 'request_id',
  /** Milliseconds since the epoch at which the entry was opened. */
  openedAt: 'opened_at',
  /** Whether the lease was given back by its owner, rather than lost with its process. */
  released: 'released',
  /** The number of the run that the entry is in, or waits for. */
  run: 'run',
  /** What the next run needs, where the entry waits for one. */
  token: 'token',
  /** Milliseconds since the epoch at which that run is due. */
  dueAt: 'due_at',
} as const;

/** How often the last resort's queue hands out a message before it goes to the dead-letter queue. */
export const LAST_RESORT_MAX_RECEIVES = 5;

/** What a job worker's log says when it could not ask for jobs; a metric filter counts these lines, word for word. */
export const COULD_NOT_POLL = 'could not poll';
