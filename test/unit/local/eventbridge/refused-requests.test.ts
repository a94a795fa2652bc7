import { expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

const Name = 'orders';
const Arn = 'arn:aws:sqs:us-east-1:123456789012:jobs';
const target = { Id: 'one', Arn };
const pattern = (matcher: object) => JSON.stringify({ detail: { a: [matcher] } });
const TAGS = [
  { Key: 'a', Value: '1' },
  { Key: 'a', Value: '2' },
];

async function withRule() {
  const { json } = await startCloud();
  await json('events', 'PutRule', { Name, EventPattern: pattern({ exists: true }) });
  return (operation: string, input: object) => json('events', operation, input);
}

it.each<[what: string, targets: readonly object[]]>([
  ['an ARN that is none', [{ ...target, Arn: 'foo' }]],
  ['an input that is no JSON', [{ ...target, Input: '{x' }]],
  ['an id twice', [target, target]],
  ['a pipeline without a role', [{ ...target, Arn: 'arn:aws:codepipeline:us-east-1:123456789012:shop' }]],
  ['186 retries', [{ ...target, RetryPolicy: { MaximumRetryAttempts: 186 } }]],
  ['fewer retries than none', [{ ...target, RetryPolicy: { MaximumRetryAttempts: -1 } }]],
  ['an event age of a second', [{ ...target, RetryPolicy: { MaximumEventAgeInSeconds: 1 } }]],
  ['a dead-letter queue that is none', [{ ...target, DeadLetterConfig: { Arn: 'foo' } }]],
])('targets with %s are refused, all of them', async (_what, Targets) => {
  const call = await withRule();
  expect(await call('PutTargets', { Rule: Name, Targets: [{ ...target, Id: 'other' }, ...Targets] })).toMatchObject({
    code: 'ValidationException',
  });
  expect(await call('ListTargetsByRule', { Rule: Name })).toEqual({ Targets: [] });
});

it('a target with all that it may have is taken', async () => {
  const call = await withRule();
  const RetryPolicy = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };
  const Targets = [{ ...target, Input: '"text"', RetryPolicy, DeadLetterConfig: { Arn } }];
  expect(await call('PutTargets', { Rule: Name, Targets })).toMatchObject({ FailedEntryCount: 0 });
});

it.each<[operation: string, input: object]>([
  ['PutRule', { Name: 'other', ScheduleExpression: 'rate(1 day)', State: 'FOO' }],
  ['PutRule', { Name: 'other', ScheduleExpression: 'rate(1 day)', Tags: TAGS }],
  ['CreateEventBus', { Name: 'aws.foo' }],
  ['CreateEventBus', { Name: 'shop', Tags: TAGS }],
  ['TagResource', { ResourceARN: `arn:aws:events:us-east-1:123456789012:rule/${Name}`, Tags: TAGS }],
])('%s with %j is refused, and makes nothing', async (operation, input) => {
  const call = await withRule();
  expect(await call(operation, input)).toMatchObject({ code: 'ValidationException' });
  expect((await call('ListRules', {})).Rules).toHaveLength(1);
  expect((await call('ListEventBuses', {})).EventBuses).toHaveLength(1);
});

it.each([
  { 'anything-but': { prefix: '' } },
  { 'anything-but': { suffix: '' } },
  { 'anything-but': { prefix: ['a', ''] } },
  { 'anything-but': { prefix: { 'equals-ignore-case': 'a' } } },
  { numeric: ['>', 5, '>', 7] },
  { numeric: ['=', 5, '<', 7] },
  { numeric: ['<', 5, '>', 3] },
  { numeric: ['>', 10, '<', 5] },
  { numeric: ['>', 5, '<', 5] },
  { numeric: ['>'] },
])('the matcher %j is refused', async (matcher) => {
  const call = await withRule();
  expect(await call('PutRule', { Name, EventPattern: pattern(matcher) })).toMatchObject({
    code: 'InvalidEventPatternException',
  });
});

it.each([
  { 'anything-but': { prefix: ['a', 'b'] } },
  { numeric: ['=', 5] },
  { numeric: ['>=', 0, '<', 5] },
  { numeric: ['<=', 5] },
])('the matcher %j is taken', async (matcher) => {
  const call = await withRule();
  expect(await call('PutRule', { Name, EventPattern: pattern(matcher) })).toHaveProperty('RuleArn');
});
