import { expect, test } from 'vitest';
import { createEventBridge } from '../../../../lib/local/eventbridge/eventbridge.ts';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { call, create, eventsKernel, recordingPorts, ruleDeclaration } from './cloud-parts.ts';

const entry = (more: object = {}) => ({ Source: 'shop', DetailType: 'Order', Detail: '{"state":"PAID"}', ...more });

async function bridge() {
  const ports = recordingPorts();
  const service = createEventBridge(eventsKernel(), ports);
  await create(service, ruleDeclaration({ EventPattern: { source: ['shop'] }, Description: 'orders' }));
  return { service, received: ports.received };
}

test('PutEvents answers entry by entry and delivers the valid ones', async () => {
  const { service, received } = await bridge();

  const answer = await call(service, 'PutEvents', {
    Entries: [
      entry({ Time: 1_700_000_000 }),
      entry({ Detail: 'oops' }),
      entry({ Source: 'aws.s3' }),
      entry({ DetailType: '' }),
    ],
  });
  await Promise.resolve();

  expect(answer).toEqual({
    FailedEntryCount: 3,
    Entries: [
      { EventId: expect.any(String) },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: expect.stringContaining('aws.s3') },
      { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('DetailType') },
    ],
  });
  expect(received.map(({ body }) => JSON.parse(body).time)).toEqual(['2023-11-14T22:13:20Z']);
});

test.each([
  ['a detail that is no object', '[1]'],
  ['a detail that is text', '"PAID"'],
])('PutEvents refuses %s', async (_name, detail) => {
  const { service } = await bridge();

  await expect(call(service, 'PutEvents', { Entries: [entry({ Detail: detail })] })).resolves.toMatchObject({
    Entries: [{ ErrorCode: 'MalformedDetail' }],
  });
});

test('PutEvents asks for permission on the bus and delivers nothing without it', async () => {
  const { service, received } = await bridge();
  const asked: unknown[] = [];
  const refuse = (...question: unknown[]) => {
    asked.push(question);
    throw new AwsError('AccessDeniedException', 'no');
  };

  await expect(call(service, 'PutEvents', { Entries: [entry()] }, refuse)).rejects.toThrow('no');
  await Promise.resolve();

  expect(received).toEqual([]);
  expect(asked).toEqual([
    [
      'events:PutEvents',
      'arn:aws:events:eu-west-1:111122223333:event-bus/default',
      { 'events:source': ['shop'], 'events:detail-type': ['Order'] },
    ],
  ]);
});

test.each([
  ['no entries', []],
  ['eleven entries', Array.from({ length: 11 }, () => entry())],
  ['more than 262,144 bytes', [entry({ Detail: JSON.stringify({ text: 'x'.repeat(262_144) }) })]],
])('PutEvents refuses %s', async (_name, entries) => {
  const { service } = await bridge();

  await expect(call(service, 'PutEvents', { Entries: entries })).rejects.toMatchObject({ code: 'ValidationException' });
});

test('DescribeRule tells what the rule is', async () => {
  const { service } = await bridge();

  await expect(call(service, 'DescribeRule', { Name: 'rule' })).resolves.toEqual({
    Name: 'rule',
    Arn: 'arn:aws:events:eu-west-1:111122223333:rule/rule',
    Description: 'orders',
    EventBusName: 'default',
    EventPattern: '{"source":["shop"]}',
    State: 'ENABLED',
    CreatedBy: '111122223333',
  });
  await expect(call(service, 'DescribeRule', { Name: 'nobody' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    message: 'Rule nobody does not exist on EventBus default.',
  });
});

test('ListRules gives the rules of a bus page by page', async () => {
  const { service } = await bridge();
  await create(service, ruleDeclaration({ Name: 'a', ScheduleExpression: 'rate(1 day)' }));

  const first = await call(service, 'ListRules', { Limit: 1 });
  const second = await call(service, 'ListRules', { Limit: 1, NextToken: (first as { NextToken: string }).NextToken });

  expect(first).toMatchObject({ Rules: [{ Name: 'a', ScheduleExpression: 'rate(1 day)' }] });
  expect(second).toEqual({ Rules: [expect.objectContaining({ Name: 'rule' })] });
  await expect(call(service, 'ListRules', { NamePrefix: 'x' })).resolves.toEqual({ Rules: [] });
});

test('DisableRule asks for permission on the rule and is seen by DescribeRule', async () => {
  const { service } = await bridge();
  const asked: string[] = [];

  await call(service, 'DisableRule', { Name: 'rule' }, (action, resource) => asked.push(`${action} ${resource}`));

  expect(asked).toEqual(['events:DisableRule arn:aws:events:eu-west-1:111122223333:rule/rule']);
  await expect(call(service, 'DescribeRule', { Name: 'rule' })).resolves.toMatchObject({ State: 'DISABLED' });
});

test('a rule without a name gets one of its stack', async () => {
  const { service } = await bridge();

  const created = await create(service, ruleDeclaration({ Name: undefined, EventPattern: { source: ['a'] } }));

  expect(created?.ref).toMatch(/^Main-Rule-[0-9A-Z]{12}$/);
});
