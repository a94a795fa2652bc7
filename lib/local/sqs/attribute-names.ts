import { AwsError } from '../kernel/aws-error.ts';

/** The names of attributes that may be asked for (GetQueueAttributes and ReceiveMessage in the SQS API reference). */
const QUEUE_NAMES: readonly string[] = [
  'All',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'ContentBasedDeduplication',
  'CreatedTimestamp',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'LastModifiedTimestamp',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'QueueArn',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
];
const MESSAGE_NAMES: readonly string[] = [
  'All',
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
  'SequenceNumber',
];

/** Refuses what is no attribute of a queue, or of a message. @throws AwsError InvalidAttributeName */
export function checkAttributeNames(of: 'queue' | 'message', names: readonly string[]): void {
  // Of messages one could always ask by the names of a queue's attributes, too.
  const known = of === 'queue' ? QUEUE_NAMES : [...MESSAGE_NAMES, ...QUEUE_NAMES];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}
