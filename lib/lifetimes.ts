/**
 * Every lifetime that the promise rests on, with its arithmetic, for the constructs that set it and the runtime that
 * counts on it. It imports nothing. All are in seconds. docs/deploy.md has the same as a table.
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long a queue keeps what it holds: the longest that SQS has, on every queue that may hold a delivery.
 *
 * SQS counts from a message's first sending, also across the move to a dead-letter queue. A shorter retention further
 * down the way would delete at once what had waited longer further up, unseen.
 *
 * See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export const QUEUE_RETENTION_SECONDS = 14 * DAY;

/**
 * How long the ledger keeps an entry after its last change: longer than anything can bring its delivery about again.
 *
 * 14 days in queues, and 14 more after a redrive on the last of them, since SQS counts a redriven message as new: 28.
 * Services wait a day at most (CodePipeline). Two days are left for whoever redrives late, and for clocks.
 */
export const LEDGER_RETENTION_SECONDS = 30 * DAY;

/** How long CodePipeline waits for a word from a Lambda action's job (User Guide, "Quotas in AWS CodePipeline"). */
export const PIPELINE_JOB_SILENCE_SECONDS = 20 * MINUTE;

/** The longest timeout of a custom step of Transfer Family (API Reference, CustomStepDetails). */
export const LONGEST_STEP_SECONDS = 30 * MINUTE;

/** The timeout of a step that names none. */
export const DEFAULT_STEP_SECONDS = 15 * MINUTE;

/** What Lambda takes as an asynchronous event's maximum age (API Reference, PutFunctionEventInvokeConfig). */
export const EVENT_AGE_LIMITS_SECONDS = { least: MINUTE, most: 6 * HOUR } as const;

/**
 * How long an event waits for its function where its service waits for a day or more: job workers, whose actions
 * CodePipeline fails after 24 hours. A job that found no concurrency for an hour is better failed than left.
 */
export const PATIENT_EVENT_AGE_SECONDS = HOUR;

/** How often Lambda invokes again after an error, and how long it waits before each (Developer Guide, "Asynchronous invocation"). */
export const RETRY_PAUSES_SECONDS = [1 * MINUTE, 2 * MINUTE] as const;

/** The timeout of the last resort. */
export const LAST_RESORT_TIMEOUT_SECONDS = 30;

/**
 * How many times a function's timeout a queue hides what it has handed to it: as AWS advises, so that a message that
 * waits for a throttled function is not handed out twice. 6 x 15 minutes is far from SQS's limit of 12 hours.
 *
 * See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const VISIBILITY_FACTOR = 6;

/** How long the last resort's queue hides a message, and so the pause between two tries: 6 x 30 s = 3 minutes. */
export const LAST_RESORT_VISIBILITY_SECONDS = VISIBILITY_FACTOR * LAST_RESORT_TIMEOUT_SECONDS;

/**
 * How often the last resort's queue hands a message out before it goes to the dead-letter queue.
 *
 * The last try begins 5 x 180 s = 15 minutes after the first: as long as a function can live. So it outlasts the lease of
 * every process that died, however soon the first try came. A function of 30 s that fails three times reaches the last
 * resort after 30 + 60 + 30 + 120 + 30 s = 4.5 minutes at the latest: 19.5 of CodePipeline's 20 minutes.
 */
export const LAST_RESORT_MAX_RECEIVES = 6;

/**
 * How often a queue hands a message to a function before it goes to the last resort: at least five, says AWS, since a
 * function without concurrency to spare (reserved, or the account's) uses receipts up without having begun.
 *
 * See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const DELIVERY_MAX_RECEIVES = 5;

/**
 * What is kept back for the last resort at the end of a service's patience: the longest of Lambda's pauses, since it may
 * look at an event's age only when the next try is due. The last resort itself then answers within seconds.
 */
export const LAST_RESORT_RESERVE_SECONDS = RETRY_PAUSES_SECONDS[1];

/**
 * The age of a message in the last resort's queue that raises an alarm. Answered or given up, a message has left it
 * after 6 x 3 = 18 minutes; an older one is not taken out by anybody.
 */
export const LAST_RESORT_AGE_ALARM_SECONDS = 30 * MINUTE;

/**
 * The age of a message in a continuation queue or an engine's queue that raises an alarm. A delivery is put off for 15
 * minutes at a time and worked on for as long; 13 days and 23 hours are left to mend what holds it.
 */
export const DELIVERY_AGE_ALARM_SECONDS = HOUR;

/**
 * How long a message may lie in the dead-letter queue before an alarm reminds of it. SQS gives this age from the move
 * into the queue, but deletes 14 days after the first sending: with the alarm above, at least 9 days are left.
 */
export const DEAD_LETTER_AGE_ALARM_SECONDS = 4 * DAY;
