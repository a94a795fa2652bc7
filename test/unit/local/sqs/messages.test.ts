import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { createSqs } from '../../../../lib/local/sqs/create-sqs.ts';
import { createTestCloud, type TestCloud } from '../s3/test-cloud.ts';

let real = 1_800_000_000_000;
const clock = createClock({ realNow: () => real });
let cloud: TestCloud;
let sqs: SQSClient;
let names = 0;

beforeAll(async () => {
  cloud = await createTestCloud(createSqs, clock);
  sqs = new SQSClient(cloud.root);
});
afterAll(() => cloud.close());

const pass = (seconds: number) => {
  real += seconds * 1000;
};

async function queue(Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `queue-${++names}`, Attributes }));
  return QueueUrl ?? '';
}

async function attributesOf(QueueUrl: string): Promise<Record<string, string>> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes ?? {};
}

async function receive(QueueUrl: string, options: Partial<ReceiveMessageCommandInput> = {}) {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...options });
  return (await sqs.send(command)).Messages ?? [];
}

const send = (QueueUrl: string, MessageBody: string, DelaySeconds?: number) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...(DelaySeconds === undefined ? {} : { DelaySeconds }) }));

describe('messages', () => {
  it('arrive once, with body, attributes and digests that the client accepts', async () => {
    const url = await queue();
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: 'grüße 𝄞',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'test' },
          bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 3]) },
        },
      }),
    );
    const options = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const] };
    const [message] = await receive(url, options);
    expect(message).toMatchObject({
      Body: 'grüße 𝄞',
      Attributes: { ApproximateReceiveCount: '1', SenderId: '123456789012' },
      MessageAttributes: { kind: { StringValue: 'test' } },
    });
    expect(await receive(url)).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    pass(31);
    expect(await receive(url)).toEqual([]);
  });

  it('stay hidden while they are delayed or in flight, and are counted so', async () => {
    const url = await queue({ VisibilityTimeout: '60' });
    await send(url, 'now');
    await send(url, 'later', 10);
    expect(await receive(url)).toHaveLength(1);
    await send(url, 'third');
    expect(await attributesOf(url)).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    pass(10);
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['later', 'third']);
    pass(50);
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(['now']);
  });

  it('become visible when told to, without counting as received again', async () => {
    const url = await queue();
    await send(url, 'impatient');
    const [first] = await receive(url);
    const handle = first?.ReceiptHandle;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: 0 }));
    const [second] = await receive(url, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    const stale = new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: 0 });
    await expect(sqs.send(stale)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle }));
    pass(31);
    expect(await receive(url)).toHaveLength(1);
  });

  it('end when their retention does', async () => {
    const url = await queue({ MessageRetentionPeriod: '60' });
    await send(url, 'short-lived');
    pass(60);
    expect(await receive(url)).toEqual([]);
    expect((await attributesOf(url)).ApproximateNumberOfMessages).toBe('0');
  });

  it('move to the dead-letter queue after maxReceiveCount receipts, and back on request', async () => {
    const dead = await queue();
    const { QueueArn: deadLetterTargetArn = '' } = await attributesOf(dead);
    const url = await queue({
      VisibilityTimeout: '5',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
    });
    const { MessageId } = await send(url, 'poison');
    for (const count of ['1', '2']) {
      const [message] = await receive(url, { MessageSystemAttributeNames: ['All'] });
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(count);
      pass(5);
    }
    expect(await receive(url)).toEqual([]);
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(sources.queueUrls).toEqual([url]);
    const [buried] = await receive(dead, { VisibilityTimeout: 0, MessageSystemAttributeNames: ['All'] });
    expect(buried).toMatchObject({
      MessageId,
      Attributes: { DeadLetterQueueSourceArn: (await attributesOf(url)).QueueArn },
    });
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetterTargetArn }));
    expect(await receive(dead)).toEqual([]);
    expect(await receive(url)).toMatchObject([{ MessageId }]);
  });

  it('wake a long poll, which otherwise ends empty after its simulated time', async () => {
    const url = await queue();
    const poll = receive(url, { WaitTimeSeconds: 20 });
    await send(url, 'news');
    expect(await poll).toMatchObject([{ Body: 'news' }]);

    const fast = await createTestCloud(createSqs, createClock({ speed: 1000 }));
    const client = new SQSClient(fast.root);
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'quiet' }));
    const started = fast.kernel.clock.now();
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    expect(Messages).toBeUndefined();
    expect(fast.kernel.clock.now() - started).toBeGreaterThanOrEqual(20_000);
    await fast.close();
  });

  it('come and go in batches, each entry for itself', async () => {
    const url = await queue({ MaximumMessageSize: '1024' });
    const Entries = [
      { Id: 'a', MessageBody: 'one' },
      { Id: 'b', MessageBody: 'x'.repeat(1025) },
      { Id: 'c', MessageBody: 'bell \u0007' },
    ];
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(sent.Failed?.map(({ Id, Code }) => [Id, Code])).toEqual([
      ['b', 'InvalidParameterValue'],
      ['c', 'InvalidMessageContents'],
    ]);
    const received = await receive(url);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          ...received.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle })),
          { Id: 'bad', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: 'm0' }]);
    expect(deleted.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('are taken up to 1 MiB', async () => {
    const url = await queue();
    await send(url, 'x'.repeat(1_048_576));
    await expect(send(url, 'x'.repeat(1_048_577))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receive(url)).toEqual([]);
  });
});

describe('queues', () => {
  it('have addresses on the local endpoint', async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: 'addressed' }));
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'addressed' }));
    expect(QueueUrl).toBe(`${cloud.root.endpoint}/123456789012/addressed`);
    const absent = new GetQueueUrlCommand({ QueueName: 'absent' });
    await expect(sqs.send(absent)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('are the same when created again alike, and refused when created otherwise', async () => {
    const create = (DelaySeconds: string) =>
      sqs.send(new CreateQueueCommand({ QueueName: 'twice', Attributes: { DelaySeconds } }));
    expect((await create('5')).QueueUrl).toBe((await create('5')).QueueUrl);
    await expect(create('6')).rejects.toMatchObject({ name: 'QueueNameExists' });
    await expect(create('901')).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    const fifo = new CreateQueueCommand({ QueueName: 'orders.fifo', Attributes: { FifoQueue: 'true' } });
    await expect(sqs.send(fifo)).rejects.toThrow('FIFO queues are not simulated');
  });

  it('ask for each permission by its IAM name, with the policy of the queue', async () => {
    const url = await queue({
      Policy: JSON.stringify({ Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:PurgeQueue' }] }),
    });
    const arn = (await attributesOf(url)).QueueArn ?? '';
    const sender = new SQSClient(cloud.as(`sqs:SendMessage ${arn}`));
    await sender.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'allowed' }));
    expect(cloud.questions.at(-1)).toMatchObject({ action: 'sqs:SendMessage', resource: arn, policies: 1 });
    const refused = sender.send(new ReceiveMessageCommand({ QueueUrl: url }));
    await expect(refused).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    await expect(refused).rejects.toThrow('sqs:ReceiveMessage');
  });
});
