import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../../../lib/local/cloud.ts';
import { signedFor } from '../wire/open-wire.ts';

const ROLE_ARN = 'arn:aws:iam::123456789012:role/nobody';
const ROLE_TEMPLATE = fileURLToPath(new URL('fixtures/role.json', import.meta.url));

type Parameters = Readonly<Record<string, string | number>>;

/** A cloud, asked by forms as SDKs of old do. */
async function startQueryCloud() {
  const cloud = await createLocalCloud({ speed: 100 });
  onTestFinished(() => cloud.stop());
  async function ask(parameters: Parameters, path = '/', service = 'sqs') {
    const entries = Object.entries({ Version: '2012-11-05', ...parameters }).map(([name, value]) => [name, `${value}`]);
    const response = await fetch(`${cloud.endpoint}${path}`, {
      method: 'POST',
      headers: { authorization: signedFor(service) },
      body: new URLSearchParams(Object.fromEntries(entries)),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  const path = (name: string) => `/${cloud.accountId}/${name}`;
  const make = async (QueueName: string) => {
    await ask({ Action: 'CreateQueue', QueueName });
    return path(QueueName);
  };
  return { cloud, ask, make, address: (name: string) => `${cloud.endpoint}${path(name)}` };
}

const inside = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, content]) => content);

describe('SQS in the query protocol', () => {
  it('creates a queue with attributes and tags, and tells of it', async () => {
    const { ask, address } = await startQueryCloud();
    const created = await ask({
      Action: 'CreateQueue',
      QueueName: 'jobs',
      'Attribute.1.Name': 'DelaySeconds',
      'Attribute.1.Value': 5,
      'Attribute.2.Name': 'VisibilityTimeout',
      'Attribute.2.Value': 7,
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'blue & <green>',
    });
    expect(created.text).toMatch(
      new RegExp(
        `^<\\?xml version="1.0"\\?><CreateQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><CreateQueueResult><QueueUrl>${address('jobs')}</QueueUrl></CreateQueueResult><ResponseMetadata><RequestId>[0-9a-f-]{36}</RequestId></ResponseMetadata></CreateQueueResponse>$`,
      ),
    );
    expect(created.headers.get('content-type')).toBe('text/xml');
    expect(inside(created.text, 'RequestId')).toEqual([created.headers.get('x-amzn-requestid')]);
    const QueueUrl = address('jobs');
    const { text } = await ask({
      Action: 'GetQueueAttributes',
      QueueUrl,
      'AttributeName.1': 'DelaySeconds',
      'AttributeName.2': 'VisibilityTimeout',
    });
    expect(inside(text, 'Attribute').sort()).toEqual([
      '<Name>DelaySeconds</Name><Value>5</Value>',
      '<Name>VisibilityTimeout</Name><Value>7</Value>',
    ]);
    const tags = await ask({ Action: 'ListQueueTags', QueueUrl });
    expect(inside(tags.text, 'Tag')).toEqual(['<Key>team</Key><Value>blue &amp; &lt;green&gt;</Value>']);
  });

  it('takes the address of a request for its queue, and single entries without numbers', async () => {
    const { ask, make } = await startQueryCloud();
    const path = await make('jobs');
    await ask({ Action: 'SetQueueAttributes', 'Attribute.Name': 'DelaySeconds', 'Attribute.Value': 3 }, path);
    const { text } = await ask({ Action: 'GetQueueAttributes', AttributeName: 'DelaySeconds' }, path);
    expect(inside(text, 'Value')).toEqual(['3']);
  });

  it('carries messages with their attributes, whatever is in them', async () => {
    const { ask, make } = await startQueryCloud();
    const path = await make('jobs');
    const body = 'a\r\nb <c> & "d" ü 😀';
    const sent = await ask(
      {
        Action: 'SendMessage',
        MessageBody: body,
        'MessageAttribute.1.Name': 'kind',
        'MessageAttribute.1.Value.DataType': 'String',
        'MessageAttribute.1.Value.StringValue': 'order',
      },
      path,
    );
    const got = await ask(
      { Action: 'ReceiveMessage', 'MessageAttributeName.1': 'All', 'AttributeName.1': 'ApproximateReceiveCount' },
      path,
    );
    expect(inside(got.text, 'Body')).toEqual(['a&#13;\nb &lt;c&gt; &amp; &quot;d&quot; ü 😀']);
    expect(inside(got.text, 'MessageId')).toEqual(inside(sent.text, 'MessageId'));
    expect(inside(got.text, 'MD5OfBody')).toEqual(inside(sent.text, 'MD5OfMessageBody'));
    expect(inside(got.text, 'MD5OfMessageAttributes')).toEqual(inside(sent.text, 'MD5OfMessageAttributes'));
    expect(inside(got.text, 'MessageAttribute')).toEqual([
      '<Name>kind</Name><Value><DataType>String</DataType><StringValue>order</StringValue></Value>',
    ]);
    expect(inside(got.text, 'Attribute')).toEqual(['<Name>ApproximateReceiveCount</Name><Value>1</Value>']);
    const [ReceiptHandle = ''] = inside(got.text, 'ReceiptHandle');
    const changed = await ask({ Action: 'ChangeMessageVisibility', ReceiptHandle, VisibilityTimeout: 9 }, path);
    expect(changed.text).toMatch(/<ChangeMessageVisibilityResponse xmlns="[^"]+"><ResponseMetadata>/);
    expect((await ask({ Action: 'DeleteMessage', ReceiptHandle }, path)).status).toBe(200);
    expect((await ask({ Action: 'ReceiveMessage' }, path)).text).toContain(
      '<ReceiveMessageResult></ReceiveMessageResult>',
    );
  });

  it('sends batches, entries in the order of their numbers, and tells which failed', async () => {
    const { ask, make } = await startQueryCloud();
    const path = await make('jobs');
    const { text } = await ask(
      {
        Action: 'SendMessageBatch',
        'SendMessageBatchRequestEntry.10.Id': 'b',
        'SendMessageBatchRequestEntry.10.MessageBody': '2',
        'SendMessageBatchRequestEntry.9.Id': 'a',
        'SendMessageBatchRequestEntry.9.MessageBody': '1',
        'SendMessageBatchRequestEntry.11.Id': 'c',
      },
      path,
    );
    expect(inside(text, 'SendMessageBatchResultEntry').map((entry = '') => inside(entry, 'Id')[0])).toEqual(['a', 'b']);
    expect(inside(text, 'BatchResultErrorEntry')).toEqual([
      '<Id>c</Id><Code>MissingParameter</Code><Message>The request must contain the parameter MessageBody.</Message><SenderFault>true</SenderFault>',
    ]);
    const { text: received } = await ask({ Action: 'ReceiveMessage', MaxNumberOfMessages: 10 }, path);
    expect(inside(received, 'Body')).toEqual(['1', '2']);
    const handles = inside(received, 'ReceiptHandle');
    const deleted = await ask(
      {
        Action: 'DeleteMessageBatch',
        'DeleteMessageBatchRequestEntry.1.Id': 'x',
        'DeleteMessageBatchRequestEntry.1.ReceiptHandle': handles[0] ?? '',
      },
      path,
    );
    expect(inside(deleted.text, 'DeleteMessageBatchResultEntry')).toEqual(['<Id>x</Id>']);
  });

  it('lists queues in pages', async () => {
    const { ask, make, address } = await startQueryCloud();
    for (const name of ['a1', 'a2', 'b1']) await make(name);
    const first = await ask({ Action: 'ListQueues', QueueNamePrefix: 'a', MaxResults: 1 });
    expect(inside(first.text, 'QueueUrl')).toEqual([address('a1')]);
    const [NextToken = ''] = inside(first.text, 'NextToken');
    const second = await ask({ Action: 'ListQueues', QueueNamePrefix: 'a', MaxResults: 1, NextToken });
    expect(inside(second.text, 'QueueUrl')).toEqual([address('a2')]);
    expect(inside(second.text, 'NextToken')).toEqual([]);
  });

  it.each<readonly [string, Parameters, number, string, string]>([
    [
      'a queue that does not exist',
      { Action: 'GetQueueUrl', QueueName: 'nobody' },
      400,
      'AWS.SimpleQueueService.NonExistentQueue',
      'The specified queue does not exist.',
    ],
    [
      'no queue at all',
      { Action: 'ReceiveMessage' },
      400,
      'MissingParameter',
      'The request must contain the parameter QueueUrl.',
    ],
    [
      'an action that SQS has not',
      { Action: 'Sing' },
      400,
      'InvalidAction',
      'The action Sing is not valid for this endpoint.',
    ],
    [
      'an attribute that only a JavaScript object has',
      { Action: 'CreateQueue', QueueName: 'q', 'Attribute.1.Name': '__proto__', 'Attribute.1.Value': 'x' },
      400,
      'InvalidAttributeName',
      'Unknown Attribute __proto__.',
    ],
    ['no action', {}, 400, 'MissingAction', 'The request must contain the parameter Action.'],
  ])('refuses %s', async (_what, parameters, status, code, message) => {
    const { ask } = await startQueryCloud();
    const answer = await ask(parameters);
    const requestId = answer.headers.get('x-amzn-requestid');
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(
      `<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  });

  it('names an operation that is not simulated', async () => {
    const { ask } = await startQueryCloud();
    expect(await ask({ Action: 'ListMessageMoveTasks' })).toMatchObject({
      status: 501,
      text: expect.stringMatching(/<Code>NotImplementedException<.*sqs ListMessageMoveTasks is not simulated/),
    });
  });

  it('is seen by watchers, and asks the policies of its caller', async () => {
    const { cloud, ask } = await startQueryCloud();
    const calls: string[] = [];
    cloud.events.on('call', ({ service, operation, status }) => calls.push(`${service} ${operation} ${status}`));
    await ask({ Action: 'ListQueues' });
    expect(calls).toEqual(['sqs ListQueues 200']);
    await cloud.deploy({ template: ROLE_TEMPLATE });
    const refused = await fetch(cloud.endpoint, {
      method: 'POST',
      headers: { authorization: signedFor('sqs', cloud.identity.issue(ROLE_ARN, { sessionName: 's' }).accessKeyId) },
      body: new URLSearchParams({ Action: 'ListQueues' }),
    });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('<Type>Sender</Type><Code>AccessDenied</Code>');
  });
});

it.each([
  [
    'events',
    'events understands JSON 1.1 with X-Amz-Target: AWSEvents.OPERATION here, but the request came in the query',
  ],
  ['autoscaling', 'service &apos;autoscaling&apos; is not simulated; the local cloud has '],
])('says of a form for %s which protocol came, and what is understood', async (service, message) => {
  const { ask } = await startQueryCloud();
  const answer = await ask({ Action: 'ListRules' }, '/', service);
  expect(answer).toMatchObject({ status: 501, text: expect.stringContaining(message) });
});
