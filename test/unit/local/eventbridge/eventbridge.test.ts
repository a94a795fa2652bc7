import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEventBridge } from '../../../../lib/local/eventbridge/eventbridge.ts';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import {
  call,
  create,
  DEAD_LETTER_ARN,
  eventsKernel,
  FUNCTION_ARN,
  kept,
  QUEUE_ARN,
  recordingPorts,
  ruleDeclaration,
} from './cloud-parts.ts';

const RULE_ARN = 'arn:aws:events:eu-west-1:111122223333:rule/rule';
const PAID = { source: ['shop'], detail: { state: ['PAID'] } };
const paid = {
  source: 'shop',
  detailType: 'Order',
  detail: { state: 'PAID', total: 12, tags: ['a', 'b'], note: 'say "hi"' },
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2024-02-28T10:00:00.250Z') });
  return () => vi.useRealTimers();
});

function bridge(refusals: AwsError[] = []) {
  const kernel = eventsKernel();
  const ports = recordingPorts(refusals);
  const service = createEventBridge(kernel, ports);
  running.push(async () => {
    await service.stop?.();
    kernel.clock.stop();
  });
  return { kernel, service, received: ports.received };
}

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('events', () => {
  test('reach the function of a rule that they match, in their envelope and under the rule', async () => {
    const { service, received } = bridge();
    await create(service, ruleDeclaration({ EventPattern: PAID }));

    service.put({ ...paid, resources: ['order/1'] });
    service.put({ ...paid, detail: { state: 'OPEN' } });
    await settle();

    expect(received).toHaveLength(1);
    expect(received[0]?.arn).toBe(FUNCTION_ARN);
    expect(received[0]?.caller).toEqual({
      principal: expect.objectContaining({ service: 'events.amazonaws.com' }),
      context: { 'aws:SourceArn': RULE_ARN, 'aws:SourceAccount': '111122223333' },
    });
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Order',
      source: 'shop',
      account: '111122223333',
      time: '2024-02-28T10:00:00Z',
      region: 'eu-west-1',
      resources: ['order/1'],
      detail: paid.detail,
    });
  });

  test('reach every rule that they match and every target of it', async () => {
    const { service, received } = bridge();
    const targets = {
      Targets: [
        { Id: 'A', Arn: FUNCTION_ARN },
        { Id: 'B', Arn: QUEUE_ARN },
      ],
    };
    await create(service, ruleDeclaration({ EventPattern: PAID, ...targets }));
    await create(service, ruleDeclaration({ EventPattern: { source: [{ prefix: 'sh' }] }, Name: 'other' }));

    service.put(paid);
    await settle();

    expect(received.map(({ arn }) => arn).sort()).toEqual([FUNCTION_ARN, FUNCTION_ARN, QUEUE_ARN]);
  });

  test('do not reach a rule that is disabled', async () => {
    const { service, received } = bridge();
    await create(service, ruleDeclaration({ EventPattern: PAID, State: 'DISABLED' }));

    service.put(paid);
    await settle();

    expect(received).toEqual([]);
  });

  test('of one bus do not reach the rules of another', async () => {
    const { service, received } = bridge();
    const bus = { ...ruleDeclaration({}), type: 'AWS::Events::EventBus', properties: { Name: 'orders' } };
    await create(service, bus);
    const rule = await create(service, ruleDeclaration({ EventPattern: PAID, EventBusName: 'orders' }));
    const entry = { Source: 'shop', DetailType: 'Order', Detail: '{"state":"PAID"}' };

    await call(service, 'PutEvents', { Entries: [entry] });
    await settle();
    expect(received).toEqual([]);
    await call(service, 'PutEvents', { Entries: [{ ...entry, EventBusName: 'orders' }] });
    await settle();

    expect(received).toHaveLength(1);
    expect(rule).toMatchObject({
      ref: 'orders|rule',
      attributes: { Arn: expect.stringMatching(/:rule\/orders\/rule$/) },
    });
  });
});

describe('a target receives', () => {
  const map = {
    state: '$.detail.state',
    total: '$.detail.total',
    note: '$.detail.note',
    tags: '$.detail.tags',
    no: '$.no',
  };
  const transformer = (template: string) => ({ InputTransformer: { InputPathsMap: map, InputTemplate: template } });

  test.each<[string, object, string]>([
    ['its constant', { Input: '{"fixed":true}' }, '{"fixed":true}'],
    ['a part of the event', { InputPath: '$.detail.tags[1]' }, '"b"'],
    ['all members of a list', { InputPath: '$.detail.tags[*]' }, '["a","b"]'],
    ['a field with a dash', { InputPath: '$.detail-type' }, '"Order"'],
    ['null for a path to nothing', { InputPath: '$.detail.nothing' }, 'null'],
    [
      'JSON from a template',
      transformer('{"s": <state>, "n": <total>, "t": <tags>}'),
      '{"s": "PAID", "n": 12, "t": ["a","b"]}',
    ],
    ['text from a template', transformer('"<state> for <total>"'), '"PAID for 12"'],
    ['quotes inside quotes, escaped', transformer('"<note>"'), '"say \\"hi\\""'],
    ['nothing for what has no value', transformer('{"a": <no>, "b": "<no>"}'), '{"a": "", "b": ""}'],
    ['the name of the rule', transformer('"<aws.events.rule-name>"'), '"rule"'],
    ['the ARN of the rule', transformer('<aws.events.rule-arn>'), `"${RULE_ARN}"`],
    ['the time of arrival', transformer('<aws.events.event.ingestion-time>'), '"2024-02-28T10:00:00Z"'],
  ])('%s', async (_name, target, expected) => {
    const { service, received } = bridge();
    await create(service, ruleDeclaration({ EventPattern: PAID }, target));

    service.put(paid);
    await settle();

    expect(received.map(({ body }) => body)).toEqual([expected]);
  });

  test('the whole event, or all but its detail, where a template asks for it', async () => {
    const { service, received } = bridge();
    const template = transformer('{"whole": <aws.events.event.json>, "head": <aws.events.event>}');
    await create(service, ruleDeclaration({ EventPattern: PAID }, template));

    service.put(paid);
    await settle();

    const { whole, head } = JSON.parse(received[0]?.body ?? '');
    expect(whole.detail).toEqual(paid.detail);
    expect(whole).toEqual({ ...head, detail: paid.detail });
  });
});

describe('a target that refuses', () => {
  const denied = new AwsError('AccessDeniedException', 'no permission', { status: 403 });
  const throttled = () => new AwsError('TooManyRequestsException', 'slow down', { status: 429 });
  const broken = () => new AwsError('ServiceException', 'down', { status: 500 });
  const deadLetter = { DeadLetterConfig: { Arn: DEAD_LETTER_ARN } };

  test('for lack of permission is not asked again; the event goes to the dead-letter queue', async () => {
    const { kernel, service, received } = bridge([denied]);
    const states = kept(kernel, 'state');
    await create(service, ruleDeclaration({ EventPattern: PAID }, deadLetter));

    service.put(paid);
    await settle();

    expect(received.map(({ arn }) => arn)).toEqual([DEAD_LETTER_ARN]);
    expect(JSON.parse(received[0]?.body ?? '').detail).toEqual(paid.detail);
    expect(received[0]?.caller.context).toMatchObject({ 'aws:SourceArn': RULE_ARN });
    expect(states).toEqual([
      {
        service: 'events',
        resource: RULE_ARN,
        state: 'FailedInvocation',
        detail: `${FUNCTION_ARN}: AccessDeniedException: no permission; the event is sent to ${DEAD_LETTER_ARN}`,
      },
    ]);
  });

  test('without a dead-letter queue loses the event, and that is told', async () => {
    const { kernel, service, received } = bridge([denied]);
    const states = kept(kernel, 'state');
    await create(service, ruleDeclaration({ EventPattern: PAID }));

    service.put(paid);
    await settle();

    expect(received).toEqual([]);
    expect(states[0]?.detail).toMatch(/the event is dropped$/);
  });

  test('for the moment is asked again later', async () => {
    const { service, received } = bridge([throttled(), broken()]);
    await create(service, ruleDeclaration({ EventPattern: PAID }, deadLetter));

    service.put(paid);
    await settle();
    expect(received).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);

    expect(received.map(({ arn }) => arn)).toEqual([FUNCTION_ARN]);
  });

  test('is asked as often as its policy allows, and no more', async () => {
    const { service, received } = bridge([throttled(), throttled(), throttled()]);
    const policy = { RetryPolicy: { MaximumRetryAttempts: 1 } };
    await create(service, ruleDeclaration({ EventPattern: PAID }, { ...deadLetter, ...policy }));

    service.put(paid);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(received.map(({ arn }) => arn)).toEqual([DEAD_LETTER_ARN]);
  });

  test('is not asked again when the event would be too old', async () => {
    const { service, received } = bridge(Array.from({ length: 30 }, throttled));
    const policy = { RetryPolicy: { MaximumEventAgeInSeconds: 60 } };
    await create(service, ruleDeclaration({ EventPattern: PAID }, { ...deadLetter, ...policy }));

    service.put(paid);
    await vi.advanceTimersByTimeAsync(61_000);

    expect(received.map(({ arn }) => arn)).toEqual([DEAD_LETTER_ARN]);
  });

  test('because the input is no JSON is not asked again', async () => {
    const { service, received } = bridge();
    const template = { InputTransformer: { InputTemplate: '"one"\n"two"' } };
    await create(service, ruleDeclaration({ EventPattern: PAID }, { ...template, ...deadLetter }));

    service.put(paid);
    await settle();

    expect(received.map(({ arn, body }) => [arn, body])).toEqual([[DEAD_LETTER_ARN, '"one"\n"two"']]);
  });
});

test('targets of a kind that is not simulated are told when the rule is created', async () => {
  const { kernel, service } = bridge();
  const notices = kept(kernel, 'notice');
  const arn = 'arn:aws:sns:eu-west-1:111122223333:news';

  await create(service, ruleDeclaration({ EventPattern: PAID }, { Arn: arn }));

  expect(notices).toEqual([{ message: `events for ${arn} go nowhere: targets of sns are not simulated` }]);
});

test.each<[string, object, object, string]>([
  ['neither pattern nor schedule', {}, {}, 'EventPattern or ScheduleExpression must be specified'],
  ['a bad pattern', { EventPattern: { source: 'shop' } }, {}, '"source" must be an object or an array'],
  ['a bad schedule', { ScheduleExpression: 'rate(1 minutes)' }, {}, 'ScheduleExpression is not valid'],
  ['an unknown bus', { EventPattern: PAID, EventBusName: 'nobody' }, {}, 'Event bus nobody does not exist'],
  [
    'a path that is none',
    { EventPattern: PAID },
    { InputPath: 'detail' },
    'InputPath "detail" of target T is not a JSON path',
  ],
  ['two kinds of input', { EventPattern: PAID }, { Input: '1', InputPath: '$' }, 'Only one of Input, InputPath'],
  [
    'an unknown variable',
    { EventPattern: PAID },
    { InputTransformer: { InputTemplate: '<b>' } },
    'contains invalid placeholder b',
  ],
])('a rule with %s is refused', async (_name, properties, target, message) => {
  const { service } = bridge();

  await expect(async () => create(service, ruleDeclaration(properties, target))).rejects.toThrow(message);
});
