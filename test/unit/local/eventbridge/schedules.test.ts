import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEventBridge } from '../../../../lib/local/eventbridge/eventbridge.ts';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { call, create, eventsKernel, FUNCTION_ARN, QUEUE_ARN, recordingPorts, ruleDeclaration } from './cloud-parts.ts';

const running: (() => Promise<void>)[] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2024-02-28T10:00:00Z') });
});

afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  vi.useRealTimers();
});

function bridge(options: { speed?: number; refusals?: AwsError[] } = {}) {
  const kernel = eventsKernel({ clock: createClock({ speed: options.speed ?? 1 }) });
  const ports = recordingPorts(options.refusals);
  const service = createEventBridge(kernel, ports);
  running.push(async () => {
    await service.stop?.();
    kernel.clock.stop();
  });
  let requests = 0;
  /** Has the function work on what it was handed last, and come to its end. */
  function runFunction(body: string | undefined): void {
    const requestId = `request-${requests++}`;
    kernel.events.emit('invocation', { functionName: 'worker', requestId, attempt: 1, event: JSON.parse(body ?? '') });
    kernel.events.emit('invocationEnd', {
      functionName: 'worker',
      requestId,
      attempt: 1,
      durationMs: 1,
      coldStart: false,
    });
  }
  return { kernel, service, received: ports.received, runFunction };
}

const MINUTE = 60_000;
const everyMinute = (target: object = {}) => ruleDeclaration({ ScheduleExpression: 'rate(1 minute)' }, target);

test('a rate runs after each interval, from start to stop', async () => {
  const { service, received, runFunction } = bridge();
  await create(service, everyMinute());
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(received).toEqual([]);

  await service.start?.();
  await vi.advanceTimersByTimeAsync(MINUTE - 1);
  expect(received).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(received).toHaveLength(1);
  runFunction(received[0]?.body);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(received).toHaveLength(2);
  await service.stop?.();
  await vi.advanceTimersByTimeAsync(10 * MINUTE);

  expect(received).toHaveLength(2);
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    time: '2024-02-28T10:06:00Z',
    resources: ['arn:aws:events:eu-west-1:111122223333:rule/rule'],
    detail: {},
  });
});

test('a cron expression runs at its times', async () => {
  const { service, received } = bridge();
  await create(service, ruleDeclaration({ ScheduleExpression: 'cron(30 10 * * ? *)' }, { Arn: QUEUE_ARN }));
  await service.start?.();

  await vi.advanceTimersByTimeAsync(30 * MINUTE - 1);
  expect(received).toEqual([]);
  await vi.advanceTimersByTimeAsync(24 * 60 * MINUTE + 1);

  expect(received.map(({ body }) => JSON.parse(body).time)).toEqual(['2024-02-28T10:30:00Z', '2024-02-29T10:30:00Z']);
});

test('no run is queued while the last one has not ended', async () => {
  const { service, received, runFunction } = bridge();
  await create(service, everyMinute());
  await service.start?.();

  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(received).toHaveLength(1);
  runFunction(received[0]?.body);
  await vi.advanceTimersByTimeAsync(MINUTE);

  expect(received).toHaveLength(2);
});

test('a run that another event of the function ends is still outstanding', async () => {
  const { service, received, runFunction } = bridge();
  await create(service, everyMinute());
  await service.start?.();
  await vi.advanceTimersByTimeAsync(MINUTE);

  runFunction('{"something":"else"}');
  await vi.advanceTimersByTimeAsync(5 * MINUTE);

  expect(received).toHaveLength(1);
});

test('a run with a constant input is followed too', async () => {
  const { service, received, runFunction } = bridge();
  await create(service, everyMinute({ Input: '{"wake": true}' }));
  await service.start?.();
  await vi.advanceTimersByTimeAsync(MINUTE);

  runFunction('{"wake":true}');
  await vi.advanceTimersByTimeAsync(MINUTE);

  expect(received.map(({ body }) => body)).toEqual(['{"wake": true}', '{"wake": true}']);
});

test('a run that was refused does not hold up the next one', async () => {
  const { service, received } = bridge({ refusals: [new AwsError('AccessDeniedException', 'no', { status: 403 })] });
  await create(service, everyMinute());
  await service.start?.();

  await vi.advanceTimersByTimeAsync(2 * MINUTE);

  expect(received.map(({ arn }) => arn)).toEqual([FUNCTION_ARN]);
});

test('a queue is not flooded when time passes a hundred thousand times as fast', async () => {
  const { service, received } = bridge({ speed: 100_000 });
  await create(service, everyMinute({ Arn: QUEUE_ARN }));
  await service.start?.();

  await vi.advanceTimersByTimeAsync(1000);

  expect(received.length).toBeGreaterThan(5);
  expect(received.length).toBeLessThanOrEqual(10);
});

test('a rule runs while it is enabled', async () => {
  const { service, received } = bridge();
  await create(service, { ...everyMinute({ Arn: QUEUE_ARN }) });
  await service.start?.();
  await vi.advanceTimersByTimeAsync(MINUTE);

  await call(service, 'DisableRule', { Name: 'rule' });
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(received).toHaveLength(1);
  await call(service, 'EnableRule', { Name: 'rule' });
  await vi.advanceTimersByTimeAsync(MINUTE);

  expect(received).toHaveLength(2);
});

test('a rule of a later deployment is armed when that has ended', async () => {
  const { service, received } = bridge();
  await service.start?.();
  await create(service, everyMinute());
  await service.start?.();

  await vi.advanceTimersByTimeAsync(MINUTE);

  expect(received).toHaveLength(1);
});

test('a rule that a client makes and enables runs where nothing was deployed', async () => {
  const { service, received } = bridge();
  await call(service, 'PutRule', { Name: 'rule', ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' });
  await call(service, 'PutTargets', { Rule: 'rule', Targets: [{ Id: 'queue', Arn: QUEUE_ARN }] });
  await call(service, 'EnableRule', { Name: 'rule' });

  await vi.advanceTimersByTimeAsync(MINUTE);

  expect(received).toHaveLength(1);
});

test('a rule that is declared disabled does not run', async () => {
  const { service, received } = bridge();
  await create(service, ruleDeclaration({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' }));
  await service.start?.();

  await vi.advanceTimersByTimeAsync(5 * MINUTE);

  expect(received).toEqual([]);
});
