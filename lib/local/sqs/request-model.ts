import type { ApiModel, ModelShape } from '../kernel/service.ts';

const TEXT = 'Text';
const WHOLE = 'Whole';

const listOf = (shape: string): ModelShape => ({ type: 'list', member: { shape } });
const mapOf = (shape: string): ModelShape => ({ type: 'map', key: { shape: TEXT }, value: { shape } });
const structure = (members: Readonly<Record<string, string>>): ModelShape => ({
  type: 'structure',
  members: Object.fromEntries(Object.entries(members).map(([name, shape]) => [name, { shape }])),
});

const MESSAGE = {
  MessageBody: TEXT,
  DelaySeconds: WHOLE,
  MessageAttributes: 'AttributeMap',
  MessageSystemAttributes: 'AttributeMap',
  MessageDeduplicationId: TEXT,
  MessageGroupId: TEXT,
};
const VISIBILITY = { ReceiptHandle: TEXT, VisibilityTimeout: WHOLE };
const PAGE = { MaxResults: WHOLE, NextToken: TEXT };

/** The members of each operation's input, by the names of their shapes. */
const INPUTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AddPermission: { QueueUrl: TEXT, Label: TEXT, AWSAccountIds: 'Texts', Actions: 'Texts' },
  CancelMessageMoveTask: { TaskHandle: TEXT },
  ChangeMessageVisibility: { QueueUrl: TEXT, ...VISIBILITY },
  ChangeMessageVisibilityBatch: { QueueUrl: TEXT, Entries: 'VisibilityEntries' },
  CreateQueue: { QueueName: TEXT, Attributes: 'TextMap', tags: 'TextMap' },
  DeleteMessage: { QueueUrl: TEXT, ReceiptHandle: TEXT },
  DeleteMessageBatch: { QueueUrl: TEXT, Entries: 'VisibilityEntries' },
  DeleteQueue: { QueueUrl: TEXT },
  GetQueueAttributes: { QueueUrl: TEXT, AttributeNames: 'Texts' },
  GetQueueUrl: { QueueName: TEXT, QueueOwnerAWSAccountId: TEXT },
  ListDeadLetterSourceQueues: { QueueUrl: TEXT, ...PAGE },
  ListMessageMoveTasks: { SourceArn: TEXT, MaxResults: WHOLE },
  ListQueueTags: { QueueUrl: TEXT },
  ListQueues: { QueueNamePrefix: TEXT, ...PAGE },
  PurgeQueue: { QueueUrl: TEXT },
  ReceiveMessage: {
    QueueUrl: TEXT,
    AttributeNames: 'Texts',
    MessageSystemAttributeNames: 'Texts',
    MessageAttributeNames: 'Texts',
    MaxNumberOfMessages: WHOLE,
    VisibilityTimeout: WHOLE,
    WaitTimeSeconds: WHOLE,
    ReceiveRequestAttemptId: TEXT,
  },
  RemovePermission: { QueueUrl: TEXT, Label: TEXT },
  SendMessage: { QueueUrl: TEXT, ...MESSAGE },
  SendMessageBatch: { QueueUrl: TEXT, Entries: 'MessageEntries' },
  SetQueueAttributes: { QueueUrl: TEXT, Attributes: 'TextMap' },
  StartMessageMoveTask: { SourceArn: TEXT, DestinationArn: TEXT, MaxNumberOfMessagesPerSecond: WHOLE },
  TagQueue: { QueueUrl: TEXT, Tags: 'TextMap' },
  UntagQueue: { QueueUrl: TEXT, TagKeys: 'Texts' },
};

/**
 * The types of SQS's requests. What must be there and which values may be is for the operations to say, since SQS has an
 * error of its own for each.
 */
export const SQS_MODEL: ApiModel = {
  metadata: { targetPrefix: 'AmazonSQS', jsonVersion: '1.0' },
  operations: Object.fromEntries(
    Object.keys(INPUTS).map((name) => [name, { name, input: { shape: `${name}Input` }, output: { shape: 'Output' } }]),
  ),
  shapes: {
    [TEXT]: { type: 'string' },
    [WHOLE]: { type: 'integer' },
    Texts: listOf(TEXT),
    TextMap: mapOf(TEXT),
    Attribute: structure({ DataType: TEXT, StringValue: TEXT, BinaryValue: TEXT }),
    AttributeMap: mapOf('Attribute'),
    MessageEntry: structure({ Id: TEXT, ...MESSAGE }),
    MessageEntries: listOf('MessageEntry'),
    VisibilityEntry: structure({ Id: TEXT, ...VISIBILITY }),
    VisibilityEntries: listOf('VisibilityEntry'),
    Output: structure({}),
    ...Object.fromEntries(Object.entries(INPUTS).map(([name, members]) => [`${name}Input`, structure(members)])),
  },
};

/** An input without its nulls, which say the same as absence. */
export function withoutNulls<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(given.map(([name, member]) => [name, withoutNulls(member)])) as Value;
}
