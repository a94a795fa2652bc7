import { expect, it } from 'vitest';
import { type Answer, startCloud } from '../cloudcontrol/cloud-client.ts';

const ARN = 'arn:aws:sqs:us-east-1:123456789012';

async function withQueue() {
  const client = await startCloud();
  const call = async (operation: string, input: object): Promise<Answer> => {
    const answer = await client.json('sqs', operation, input);
    return answer.code === undefined ? answer : { ...answer, code: answer.code.split('#').at(-1) };
  };
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'shop' });
  return { ...client, QueueUrl, call, onQueue: (name: string, input = {}) => call(name, { QueueUrl, ...input }) };
}

const message = (MessageAttributes: unknown) => ({ MessageBody: 'x', MessageAttributes });
const attribute = (name: string, value: object) => message({ [name]: { DataType: 'String', ...value } });
const TEXT = { StringValue: 'a' };
const INVALID = 'InvalidParameterValueException';

it.each<[operation: string, input: object, code: string]>([
  ['SendMessageBatch', { Entries: 'abc' }, 'SerializationException'],
  ['SendMessageBatch', { Entries: {} }, 'SerializationException'],
  ['SendMessageBatch', { Entries: [null] }, INVALID],
  ['SendMessageBatch', { Entries: null }, 'EmptyBatchRequest'],
  ['SendMessageBatch', { Entries: [{ MessageBody: 'x' }] }, 'MissingRequiredParameterException'],
  ['DeleteMessageBatch', { Entries: [{ ReceiptHandle: 'x' }] }, 'MissingRequiredParameterException'],
  ['SendMessage', message('foo'), 'SerializationException'],
  ['SendMessage', attribute('a', { StringValue: 5 }), 'SerializationException'],
  ['SendMessage', { MessageBody: 5 }, 'SerializationException'],
  ['SendMessage', message({ a: null }), INVALID],
  ['SendMessage', attribute('n', { DataType: 'Number', StringValue: 'abc' }), INVALID],
  ['SendMessage', attribute('AWS.x', TEXT), INVALID],
  ['SendMessage', attribute('a b', TEXT), INVALID],
  ['SendMessage', attribute('a..b', TEXT), INVALID],
  ['SendMessage', attribute('a', { StringValue: '\u0001' }), INVALID],
  ['SendMessage', attribute('a', { ...TEXT, BinaryValue: 'YQ==' }), INVALID],
  ['SendMessage', { MessageBody: 'x', MessageSystemAttributes: { Foo: { DataType: 'String', ...TEXT } } }, INVALID],
  ['SendMessage', { MessageBody: 'x', MessageGroupId: '' }, INVALID],
  ['SendMessage', { MessageBody: 'x', MessageGroupId: 'group 123' }, INVALID],
  ['SendMessage', { MessageBody: 'x', MessageGroupId: 'a'.repeat(129) }, INVALID],
  ['SendMessage', { MessageBody: 'x', MessageDeduplicationId: 'a' }, INVALID],
  ['ReceiveMessage', { AttributeNames: 'All' }, 'SerializationException'],
  ['ReceiveMessage', { AttributeNames: ['Foo'] }, 'InvalidAttributeName'],
  ['GetQueueAttributes', { AttributeNames: ['Foo'] }, 'InvalidAttributeName'],
  ['ListQueues', { MaxResults: 0 }, INVALID],
  ['ListQueues', { MaxResults: 1001 }, INVALID],
  ['GetQueueUrl', { QueueName: 'shop', QueueOwnerAWSAccountId: '111111111111' }, 'QueueDoesNotExist'],
  ['AddPermission', { AWSAccountIds: ['111111111111'], Actions: ['*'] }, 'MissingRequiredParameterException'],
  ['TagQueue', { Tags: { 'aws:x': '1' } }, INVALID],
])('%s with %j is refused', async (operation, input, code) => {
  const { onQueue } = await withQueue();
  expect(await onQueue(operation, input)).toMatchObject({ status: 400, code });
});

it('a null says the same as absence', async () => {
  const { call, onQueue } = await withQueue();
  expect(await call('CreateQueue', { QueueName: 'other', Attributes: null, tags: null })).toHaveProperty('QueueUrl');
  const attributes = { a: { DataType: 'String', StringValue: 'x', BinaryValue: null } };
  expect(await onQueue('SendMessage', { MessageBody: 'x', MessageAttributes: attributes })).toHaveProperty('MessageId');
});

// test_sqs.py::test_fair_queue_with_message_group_id
it('a message group of a standard queue comes back with its messages', async () => {
  const { onQueue } = await withQueue();
  await onQueue('SendMessage', { MessageBody: 'x', MessageGroupId: 'test' });
  const { Messages } = await onQueue('ReceiveMessage', { MessageSystemAttributeNames: ['MessageGroupId'] });
  expect(Messages[0].Attributes).toEqual({ MessageGroupId: 'test' });
});

const redrive = (deadLetterTargetArn: string) => JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });

it.each([
  ['a queue that does not exist', `${ARN}:none`],
  ['the queue itself', `${ARN}:shop`],
  ['a queue that lets nobody', `${ARN}:closed`],
  ['a queue that lets another', `${ARN}:others`],
])('dead letters do not go to %s', async (_what, target) => {
  const { call, onQueue } = await withQueue();
  const closed = JSON.stringify({ redrivePermission: 'denyAll' });
  const others = JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [`${ARN}:other`] });
  await call('CreateQueue', { QueueName: 'closed', Attributes: { RedriveAllowPolicy: closed } });
  await call('CreateQueue', { QueueName: 'others', Attributes: { RedriveAllowPolicy: others } });
  const Attributes = { RedrivePolicy: redrive(target) };
  expect(await onQueue('SetQueueAttributes', { Attributes })).toMatchObject({ code: INVALID });
  expect(await onQueue('GetQueueAttributes', { AttributeNames: ['RedrivePolicy'] })).toEqual({});
  if (target.endsWith(':shop')) return;
  expect(await call('CreateQueue', { QueueName: 'new', Attributes })).toMatchObject({ code: INVALID });
  expect(await call('GetQueueUrl', { QueueName: 'new' })).toMatchObject({ code: 'QueueDoesNotExist' });
});

it('dead letters go to a queue that lets this one', async () => {
  const { call, onQueue } = await withQueue();
  const RedriveAllowPolicy = JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [`${ARN}:shop`] });
  await call('CreateQueue', { QueueName: 'dead', Attributes: { RedriveAllowPolicy } });
  expect(await onQueue('SetQueueAttributes', { Attributes: { RedrivePolicy: redrive(`${ARN}:dead`) } })).toEqual({});
});

it.each([
  ['xxx', 'InvalidAttributeValue'],
  ['{"redrivePermission":"foo"}', INVALID],
  ['{"redrivePermission":"byQueue"}', INVALID],
  ['{"redrivePermission":"denyAll","sourceQueueArns":["a"]}', INVALID],
])('the redrive allow policy %s is refused', async (RedriveAllowPolicy, code) => {
  const { onQueue } = await withQueue();
  expect(await onQueue('SetQueueAttributes', { Attributes: { RedriveAllowPolicy } })).toMatchObject({ code });
});

// test_sqs.py::test_sse_queue_attributes, test_sse_kms_and_sqs_are_mutually_exclusive
it('a queue has one encryption', async () => {
  const { onQueue } = await withQueue();
  const set = (Attributes: object) => onQueue('SetQueueAttributes', { Attributes });
  const get = async () =>
    (await onQueue('GetQueueAttributes', { AttributeNames: ['KmsMasterKeyId', 'SqsManagedSseEnabled'] })).Attributes;
  await set({ KmsMasterKeyId: 'key' });
  expect(await get()).toEqual({ KmsMasterKeyId: 'key', SqsManagedSseEnabled: 'false' });
  await set({ SqsManagedSseEnabled: 'true' });
  expect(await get()).toEqual({ SqsManagedSseEnabled: 'true' });
  expect(await set({ KmsMasterKeyId: 'key', SqsManagedSseEnabled: 'true' })).toMatchObject({
    code: 'InvalidAttributeName',
  });
  expect(await set({ SqsManagedSseEnabled: 'maybe' })).toMatchObject({ code: 'InvalidAttributeValue' });
});

it('the receipt of one queue deletes nothing in another', async () => {
  const { call, onQueue } = await withQueue();
  await onQueue('SendMessage', { MessageBody: 'x' });
  const { Messages } = await onQueue('ReceiveMessage');
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'other' });
  const [{ ReceiptHandle }] = Messages;
  const foreign = { code: 'ReceiptHandleIsInvalid' };
  expect(await call('DeleteMessage', { QueueUrl, ReceiptHandle })).toMatchObject(foreign);
  expect(await call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 1 })).toMatchObject(
    foreign,
  );
  expect(await onQueue('DeleteMessage', { ReceiptHandle })).toEqual({});
});
