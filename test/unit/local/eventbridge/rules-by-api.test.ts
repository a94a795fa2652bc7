import { describe, expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

const queueArn = 'arn:aws:sqs:us-east-1:123456789012:jobs';
const rule = { Name: 'orders', EventPattern: JSON.stringify({ source: ['shop'] }) };

describe('a rule', () => {
  it('is put with its targets, brings events to them, and is deleted', async () => {
    const { json } = await startCloud();
    const { QueueUrl } = await json('sqs', 'CreateQueue', { QueueName: 'jobs' });
    const Policy = JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queueArn,
        },
      ],
    });
    await json('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
    expect(await json('events', 'PutRule', rule)).toEqual({
      RuleArn: 'arn:aws:events:us-east-1:123456789012:rule/orders',
    });
    expect(await json('events', 'PutTargets', { Rule: 'orders', Targets: [{ Id: 'q', Arn: queueArn }] })).toEqual({
      FailedEntryCount: 0,
      FailedEntries: [],
    });
    await json('events', 'PutEvents', { Entries: [{ Source: 'shop', DetailType: 'Order', Detail: '{"id":1}' }] });
    const { Messages } = await json('sqs', 'ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
    expect(JSON.parse(Messages[0].Body)).toMatchObject({ source: 'shop', detail: { id: 1 } });
    expect(await json('events', 'DeleteRule', { Name: 'orders' })).toMatchObject({
      code: 'ValidationException',
      message: "Rule can't be deleted since it has targets.",
    });
    await json('events', 'RemoveTargets', { Rule: 'orders', Ids: ['q'] });
    expect(await json('events', 'DeleteRule', { Name: 'orders' })).toEqual({});
    expect(await json('events', 'DescribeRule', { Name: 'orders' })).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Rule orders does not exist on EventBus default.',
    });
  });

  it('runs on its schedule in a cloud without stacks', async () => {
    const { json } = await startCloud();
    const { QueueUrl } = await json('sqs', 'CreateQueue', { QueueName: 'jobs' });
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: queueArn }];
    await json('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: JSON.stringify({ Statement }) } });
    await json('events', 'PutRule', { Name: 'tick', ScheduleExpression: 'rate(1 minute)' });
    await json('events', 'PutTargets', { Rule: 'tick', Targets: [{ Id: 'q', Arn: queueArn }] });
    let received: unknown;
    while (received === undefined)
      received = (await json('sqs', 'ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 })).Messages;
    expect(received).toMatchObject([{ Body: expect.stringContaining('Scheduled Event') }]);
  });

  it('keeps its targets when it is put again', async () => {
    const { json } = await startCloud();
    await json('events', 'PutRule', { ...rule, Description: 'old' });
    await json('events', 'PutTargets', { Rule: 'orders', Targets: [{ Id: 'q', Arn: queueArn, Input: '{}' }] });
    await json('events', 'PutRule', rule);
    expect(await json('events', 'DescribeRule', { Name: 'orders' })).not.toHaveProperty('Description');
    expect(await json('events', 'ListTargetsByRule', { Rule: 'orders' })).toEqual({
      Targets: [{ Id: 'q', Arn: queueArn, Input: '{}' }],
    });
  });

  it.each([
    [
      'of more than five',
      Array.from({ length: 6 }, (_, index) => ({ Id: `${index}`, Arn: queueArn })),
      'LimitExceededException',
    ],
    ['with an id that is no name', [{ Id: '!@#', Arn: queueArn }], 'ValidationException'],
    ['with an id that is too long', [{ Id: 'x'.repeat(65), Arn: queueArn }], 'ValidationException'],
  ])('refuses targets %s', async (_, Targets, code) => {
    const { json } = await startCloud();
    await json('events', 'PutRule', rule);
    expect(await json('events', 'PutTargets', { Rule: 'orders', Targets })).toMatchObject({ code });
  });

  it('has tags', async () => {
    const { json } = await startCloud();
    const { RuleArn: ResourceARN } = await json('events', 'PutRule', { ...rule, Tags: [{ Key: 'a', Value: '1' }] });
    await json('events', 'TagResource', { ResourceARN, Tags: [{ Key: 'b', Value: '2' }] });
    await json('events', 'UntagResource', { ResourceARN, TagKeys: ['a'] });
    expect(await json('events', 'ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
  });
});

describe('an event bus', () => {
  it('is created, described and deleted', async () => {
    const { json } = await startCloud();
    const EventBusArn = 'arn:aws:events:us-east-1:123456789012:event-bus/shop';
    expect(await json('events', 'CreateEventBus', { Name: 'shop' })).toEqual({ EventBusArn });
    expect(await json('events', 'CreateEventBus', { Name: 'shop' })).toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
    expect(await json('events', 'DescribeEventBus', { Name: 'shop' })).toMatchObject({
      Name: 'shop',
      Arn: EventBusArn,
    });
    expect(await json('events', 'DeleteEventBus', { Name: 'shop' })).toEqual({});
    expect(await json('events', 'DescribeEventBus', { Name: 'shop' })).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Event bus shop does not exist.',
    });
    expect(await json('events', 'DeleteEventBus', { Name: 'default' })).toMatchObject({
      message: 'Cannot delete event bus default.',
    });
  });
});
