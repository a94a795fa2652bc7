import type { Answered, Fact, RecordedCloud, RecordedService } from '../recorded-cloud.ts';

const sqs = (cloud: RecordedCloud, operation: string, input: object) => cloud.json(`AmazonSQS.${operation}`, input);

/** Asks a queue that is made for the question. */
function onQueue(
  operation: string,
  input: object,
  attributes: object = {},
): (cloud: RecordedCloud) => Promise<Answered> {
  return async (cloud) => {
    const QueueName = `queue-${crypto.randomUUID()}`;
    const { body } = await sqs(cloud, 'CreateQueue', { QueueName, Attributes: attributes });
    return sqs(cloud, operation, { QueueUrl: (body as { QueueUrl: string }).QueueUrl, ...input });
  };
}

const refused = (code: string, message: string, query = code, status = 400): Partial<Answered> => ({
  status,
  code,
  message,
  headers: { 'x-amzn-query-error': `${query};Sender` },
});
const INVALID = 'InvalidParameterValueException';
const invalid = (message: string) => refused(INVALID, message, 'InvalidParameterValue');
const prefixed = (code: string, message: string) => refused(code, message, `AWS.SimpleQueueService.${code}`);
const entries = (count: number) => Array.from({ length: count }, (_, n) => ({ Id: `id-${n}`, MessageBody: 'x' }));

const facts: readonly Fact[] = [
  {
    source: 'test_sqs.py::test_non_existent_queue',
    asked: 'a queue that does not exist',
    ask: (cloud) => sqs(cloud, 'GetQueueUrl', { QueueName: 'nobody' }),
    answer: refused(
      'QueueDoesNotExist',
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    ),
  },
  {
    source: 'test_sqs.py::test_create_queue_with_different_attributes_raises_exception',
    asked: 'a queue again with another attribute',
    async ask(cloud) {
      await sqs(cloud, 'CreateQueue', { QueueName: 'twice', Attributes: { DelaySeconds: '1' } });
      return sqs(cloud, 'CreateQueue', { QueueName: 'twice', Attributes: { DelaySeconds: '2' } });
    },
    answer: refused(
      'QueueNameExists',
      'A queue already exists with the same name and a different value for attribute DelaySeconds',
      'QueueAlreadyExists',
    ),
  },
  {
    source: 'test_sqs.py::test_send_receive_max_number_of_messages',
    asked: 'eleven messages at once',
    ask: onQueue('ReceiveMessage', { MaxNumberOfMessages: 11 }),
    answer: invalid(
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ),
  },
  {
    source: 'test_sqs.py::test_send_receive_wait_time_seconds',
    asked: 'a wait of 21 seconds',
    ask: onQueue('ReceiveMessage', { WaitTimeSeconds: 21 }),
    answer: invalid('Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.'),
  },
  {
    source: 'test_sqs.py::test_send_oversized_message',
    asked: 'a message of a byte more than 1 MiB',
    ask: onQueue('SendMessage', { MessageBody: 'a'.repeat(1_048_577) }),
    answer: invalid('One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.'),
  },
  {
    source: 'test_sqs.py::test_send_message_with_updated_maximum_message_size',
    asked: "a message over the queue's own limit",
    ask: onQueue('SendMessage', { MessageBody: 'a'.repeat(1025) }, { MaximumMessageSize: '1024' }),
    answer: invalid('One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.'),
  },
  {
    source: 'test_sqs.py::test_send_message_batch_with_oversized_contents',
    asked: 'a batch of a byte more than 1 MiB',
    ask: onQueue('SendMessageBatch', {
      Entries: [
        { Id: '1', MessageBody: 'a'.repeat(1_048_576) },
        { Id: '2', MessageBody: 'a' },
      ],
    }),
    answer: prefixed(
      'BatchRequestTooLong',
      'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    ),
  },
  {
    source: 'test_sqs.py::test_too_many_entries_in_batch_request',
    asked: 'a batch of twenty',
    ask: onQueue('SendMessageBatch', { Entries: entries(20) }),
    answer: prefixed('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10. You have sent 20.'),
  },
  {
    source: 'test_sqs.py::test_invalid_batch_id',
    asked: 'a batch entry whose id has a colon',
    ask: onQueue('SendMessageBatch', { Entries: [{ Id: 'a:b', MessageBody: 'x' }] }),
    answer: prefixed(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    ),
  },
  {
    source: 'test_sqs.py::test_send_empty_message',
    asked: 'an empty message',
    ask: onQueue('SendMessage', { MessageBody: '' }),
    answer: refused(
      'MissingRequiredParameterException',
      'The request must contain the parameter MessageBody.',
      'MissingParameter',
    ),
  },
  {
    source: 'test_sqs.py::test_send_message_with_empty_string_attribute',
    asked: 'a message attribute without a value',
    ask: onQueue('SendMessage', {
      MessageBody: 'x',
      MessageAttributes: { ErrorDetails: { DataType: 'String', StringValue: '' } },
    }),
    answer: invalid("Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."),
  },
  {
    source: 'test_sqs.py::test_successive_purge_calls_fail',
    asked: 'to purge a queue twice within a minute',
    async ask(cloud) {
      const { body } = await sqs(cloud, 'CreateQueue', { QueueName: 'purged' });
      const { QueueUrl } = body as { QueueUrl: string };
      await sqs(cloud, 'PurgeQueue', { QueueUrl });
      return sqs(cloud, 'PurgeQueue', { QueueUrl });
    },
    answer: refused(
      'PurgeQueueInProgress',
      'Only one PurgeQueue operation on purged is allowed every 60 seconds.',
      'AWS.SimpleQueueService.PurgeQueueInProgress',
      403,
    ),
  },
  {
    source: 'test_sqs_move_task.py::test_source_needs_redrive_policy',
    asked: 'to move messages from a queue that is no dead-letter queue',
    async ask(cloud) {
      await sqs(cloud, 'CreateQueue', { QueueName: 'plain' });
      return sqs(cloud, 'StartMessageMoveTask', { SourceArn: 'arn:aws:sqs:us-east-1:123456789012:plain' });
    },
    answer: invalid('Source queue must be configured as a Dead Letter Queue.'),
  },
  {
    source: 'test_sqs_move_task.py::test_destination_needs_to_exist',
    asked: 'to move messages to a queue that does not exist',
    async ask(cloud) {
      const arn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${name}`;
      await sqs(cloud, 'CreateQueue', { QueueName: 'dead' });
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 });
      await sqs(cloud, 'CreateQueue', { QueueName: 'source', Attributes: { RedrivePolicy } });
      return sqs(cloud, 'StartMessageMoveTask', { SourceArn: arn('dead'), DestinationArn: arn('nobody') });
    },
    answer: refused(
      'ResourceNotFoundException',
      "The resource that you specified for the DestinationArn parameter doesn't exist.",
      'ResourceNotFoundException',
      404,
    ),
    notHeld: 'the destination of an empty queue is not looked at',
  },
  {
    source: 'test_sqs.py::test_create_standard_queue_with_fifo_attribute_raises_error',
    asked: 'a standard queue with an attribute of FIFO queues',
    ask: (cloud) => sqs(cloud, 'CreateQueue', { QueueName: 'std', Attributes: { ContentBasedDeduplication: 'false' } }),
    answer: refused('InvalidAttributeName', 'Unknown Attribute ContentBasedDeduplication.'),
    notHeld: 'false says no more than the default and is taken',
  },
];

/** What was recorded of SQS. */
export const sqsFacts: RecordedService = {
  title: 'SQS',
  facts,
};
