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
  /** `off` where a function's init phase prepares nothing for its first invocation. */
  prepare: 'RINGBACK_PREPARE',
  /** The CloudWatch namespace of the metrics of every answer; none are written where it is absent. */
  metricsNamespace: 'RINGBACK_METRICS_NAMESPACE',
  /** The event bus that learns how work ends, by name or ARN; nobody does where it is absent. */
  outcomeEventBus: 'RINGBACK_OUTCOME_EVENT_BUS',
  /** How long a Transfer Family step waits for this function, in seconds: the event does not say. */
  stepTimeoutSeconds: 'RINGBACK_STEP_TIMEOUT_SECONDS',
  /** The event bus that learns why a step failed, by name or ARN; nobody does where it is absent. */
  failureEventBus: 'RINGBACK_FAILURE_EVENT_BUS',
  /** The key of the object tag that says why a step failed; no tag where it is absent. */
  failureTag: 'RINGBACK_FAILURE_TAG',
  /** In the last resort: both of each step's function, `[{"functionName","failureEventBus","failureTag"}]`. */
  stepNotices: 'RINGBACK_STEP_NOTICES',
  /** Properties of a custom action's configuration that are secrets, as a JSON list. */
  secretProperties: 'RINGBACK_SECRET_PROPERTIES',
  /** The project of CodeBuild in which this function starts builds. */
  buildProject: 'RINGBACK_BUILD_PROJECT',
  /** In a build: the encoded callback of the work that it was started for. */
  callback: 'RINGBACK_CALLBACK',
  /** In a build: whether its `end` answers, or it must by a `command`. */
  answer: 'RINGBACK_ANSWER',
  /** In a build: the function that answers for it where it has the AWS CLI alone. */
  lastResortFunction: 'RINGBACK_LAST_RESORT_FUNCTION',
  /** Where the function has the file system of its steps mounted. */
  efsMountPath: 'RINGBACK_EFS_MOUNT_PATH',
  /** Which folder of the file system that is; `/` where it is absent. */
  efsRootPath: 'RINGBACK_EFS_ROOT_PATH',
} as const;

/** The registered symbol under which a process keeps the promise of what its handlers prepare; a bundle's entry awaits it. */
export const PREPARED = 'ringback.prepared.1';

/** Where a Terraform engine keeps operations that no build has taken yet, in the bucket of states; no account is called so. */
export const terraformOperationsPrefix = 'ringback-operations/';

/** To whom it is told why a step of a function failed; nobody where both are absent. */
export interface StepNotice {
  readonly functionName: string;
  /** The event bus that learns it, by name or ARN. */
  readonly failureEventBus?: string | undefined;
  /** The key of the object tag that says it. */
  readonly failureTag?: string | undefined;
}

/** What happens to a delivery whose process died before a decision was stored: answered failed, or run once more. */
export const onCrashChoices = ['fail', 'retry'] as const;

/** One of {@link onCrashChoices}. */
export type OnCrash = (typeof onCrashChoices)[number];

/** The ledger's attributes. Powertools idempotency has the first five under these names by default; the rest are ours. */
export const ledgerAttributes = {
  /** Partition key: `service#id` of the first delivery. */
  key: 'id',
  /** Seconds since the epoch after which DynamoDB may delete the item; the table's TTL attribute. */
  expiration: 'expiration',
  /** Milliseconds since the epoch at which the lease of a running attempt ends. */
  inProgressExpiration: 'in_progress_expiration',
  /** `INPROGRESS` or `COMPLETED`. */
  status: 'status',
  /** The stored decision, as JSON. */
  data: 'data',
  /** The version of the entry. */
  version: 'version',
  /** Of an entry without a decision: `running`, `given-back` or `waiting`. */
  phase: 'phase',
  /** Where the service waits. */
  region: 'region',
  /** What the answer is given with, as JSON: a secret. */
  ticket: 'ticket',
  /** The number of the run that the entry is in, or waits for. */
  run: 'run',
  /** The attempt that holds, or held, the lease. */
  owner: 'owner',
  /** Lambda's request id of that attempt. */
  requestId: 'request_id',
  /** Milliseconds since the epoch at which the first delivery came. */
  openedAt: 'opened_at',
  /** Milliseconds since the epoch at which this run was first taken. */
  takenAt: 'taken_at',
  /** Whether the ticket's job is ours: `yes` or `unknown`. */
  acknowledged: 'acknowledged',
  /** Milliseconds since the epoch at which the awaited run is due. */
  dueAt: 'due_at',
  /** Milliseconds since the epoch until which somebody else may decide. */
  awaitsUntil: 'awaits_until',
  /** How long somebody else may go unheard of, in milliseconds. */
  silenceMs: 'silence_ms',
  /** Milliseconds since the epoch at which somebody else was heard of last. */
  heardAt: 'heard_at',
  /** What the service is told while the entry waits, as JSON. */
  progress: 'progress',
  /** What the answer is left to and how it is stopped, as JSON. */
  execution: 'execution',
  /** What the last run left, as JSON. */
  state: 'state',
  /** The key of the row in which a large state stands. */
  stateRow: 'state_row',
  /** Milliseconds since the epoch at which the decision was made. */
  decidedAt: 'decided_at',
  /** Whether the service was told of the decision, where somebody took note of it. */
  reported: 'reported',
} as const;

/** What a job worker's log says when it could not ask for jobs; a metric filter counts these lines, word for word. */
export const COULD_NOT_POLL = 'could not poll';
