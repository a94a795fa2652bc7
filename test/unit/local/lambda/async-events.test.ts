import { describe, expect, it } from 'vitest';
import { createLambdaFixture, ROLE, ROOT } from './lambda-fixture.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:failures';
const FAILS = 'export const handler = (event) => { throw new TypeError("cannot take " + event.id); };';
const SUCCEEDS = 'export const handler = () => ({ done: true });';

function toQueue(functionName: string, more: object = {}) {
  return { FunctionName: functionName, DestinationConfig: { OnFailure: { Destination: QUEUE } }, ...more };
}

describe('an asynchronous event that fails', () => {
  it('is tried again after one minute and after two more, under the same request id', async () => {
    const { define, send, until, seen, kernel } = createLambdaFixture({ speed: 10_000 });
    const times: number[] = [];
    kernel.events.on('invocation', () => times.push(kernel.clock.now()));
    await define('fails', FAILS);
    await send('fails', { id: 1 });
    const { condition, requestId } = await until('asyncFailure');
    expect(condition).toBe('RetriesExhausted');
    expect(seen('invocation')).toMatchObject([1, 2, 3].map((attempt) => ({ attempt, requestId, event: { id: 1 } })));
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(60_000);
    expect(third - second).toBeGreaterThanOrEqual(120_000);
    expect(third - first).toBeLessThan(600_000);
  });

  it('ends in the on-failure destination as the documented record', async () => {
    const { define, declare, send, until, queues, seen } = createLambdaFixture({ speed: 10_000 });
    const arn = await define('fails', FAILS);
    await declare('AWS::Lambda::EventInvokeConfig', toQueue('fails', { Qualifier: '$LATEST' }));
    await send('fails', { id: 7 });
    const failure = await until('asyncFailure');
    expect(failure).toMatchObject({ functionName: 'fails', destination: QUEUE });
    expect(queues.sent).toHaveLength(1);
    expect(queues.sent[0]).toMatchObject({ queueArn: QUEUE, options: { principal: { roleArn: ROLE } } });
    expect(JSON.parse(queues.sent[0]?.body ?? '')).toEqual({
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestContext: {
        requestId: seen('invocation')[0]?.requestId,
        functionArn: `${arn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { id: 7 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: {
        errorType: 'TypeError',
        errorMessage: 'cannot take 7',
        trace: expect.arrayContaining(['TypeError: cannot take 7']),
      },
    });
  });

  it.each([0, 1])('is tried again %i times where the function says so', async (retries) => {
    const { define, declare, send, until, seen } = createLambdaFixture({ speed: 10_000 });
    await define('fails', FAILS);
    await declare('AWS::Lambda::EventInvokeConfig', { FunctionName: 'fails', MaximumRetryAttempts: retries });
    await send('fails');
    await until('asyncFailure');
    expect(seen('invocation')).toHaveLength(retries + 1);
  });

  it('is given up when its retry would come after its maximum age', async () => {
    // The first retry comes after one minute, the second would after three.
    const { define, declare, send, until, seen, queues, lambda } = createLambdaFixture({ speed: 500 });
    await define('fails', FAILS);
    await declare('AWS::Lambda::EventInvokeConfig', toQueue('fails', { MaximumEventAgeInSeconds: 170 }));
    await send('fails');
    expect((await until('asyncFailure')).condition).toBe('EventAgeExceeded');
    expect(seen('invocation')).toHaveLength(2);
    expect(JSON.parse(queues.sent[0]?.body ?? '').requestContext).toMatchObject({
      condition: 'EventAgeExceeded',
      approximateInvokeCount: 2,
    });
    expect(lambda.pendingEvents()).toBe(0);
  });

  it('succeeds when a retry does', async () => {
    const { define, send, until, lambda, seen } = createLambdaFixture({ speed: 10_000 });
    await define(
      'second',
      'let n = 0; export const handler = () => { if (n++ === 0) throw new Error("once"); return n; };',
    );
    await send('second');
    expect(await until('invocationEnd', ({ result }) => result === 2)).toMatchObject({ attempt: 2 });
    await Promise.resolve();
    expect(lambda.pendingEvents()).toBe(0);
    expect(seen('asyncFailure')).toEqual([]);
  });

  it('is given up at its age when the function never has room', async () => {
    const { define, declare, send, until, queues, seen } = createLambdaFixture({ speed: 10_000 });
    await define('none', SUCCEEDS, { ReservedConcurrentExecutions: 0 });
    await declare('AWS::Lambda::EventInvokeConfig', toQueue('none', { MaximumEventAgeInSeconds: 60 }));
    await send('none', { id: 1 });
    await until('asyncFailure');
    expect(seen('invocation')).toEqual([]);
    const record = JSON.parse(queues.sent[0]?.body ?? '');
    expect(record.requestContext).toMatchObject({ condition: 'EventAgeExceeded', approximateInvokeCount: 0 });
    expect(record).not.toHaveProperty('responseContext');
  });

  it('is told as lost when its destination refuses the record', async () => {
    const { define, declare, send, until, seen } = createLambdaFixture({ speed: 10_000, closedQueues: [QUEUE] });
    await define('fails', FAILS);
    await declare('AWS::Lambda::EventInvokeConfig', toQueue('fails', { MaximumRetryAttempts: 0 }));
    await send('fails');
    expect(await until('asyncFailure')).not.toHaveProperty('destination');
    expect(seen('notice')[0]?.message).toContain(`did not reach ${QUEUE}: may not send`);
  });

  it('ends in the dead-letter queue as it came', async () => {
    const { define, declare, send, until, queues } = createLambdaFixture({ speed: 10_000 });
    await define('fails', FAILS, { DeadLetterConfig: { TargetArn: QUEUE } });
    await declare('AWS::Lambda::EventInvokeConfig', { FunctionName: 'fails', MaximumRetryAttempts: 0 });
    await send('fails', { id: 9 });
    const { requestId } = await until('asyncFailure', ({ destination }) => destination === QUEUE);
    expect(queues.sent[0]).toMatchObject({
      body: '{"id":9}',
      options: {
        messageAttributes: {
          RequestID: { StringValue: requestId },
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: { StringValue: 'cannot take 9' },
        },
      },
    });
  });

  it('may end in another function', async () => {
    const { define, declare, send, until, checks } = createLambdaFixture({ speed: 10_000 });
    await define('fails', FAILS);
    const rescue = await define('rescue', 'export const handler = (record) => record.requestPayload.id;');
    await declare('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'fails',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: rescue } },
    });
    await send('fails', { id: 5 });
    expect(await until('invocationEnd', ({ functionName }) => functionName === 'rescue')).toMatchObject({ result: 5 });
    expect(checks.at(-1)).toMatchObject({ principal: { roleArn: ROLE }, resource: rescue });
  });
});

describe('an asynchronous event that succeeds', () => {
  it('is told to the on-success destination', async () => {
    const { define, declare, send, queues } = createLambdaFixture();
    await define('works', SUCCEEDS);
    await declare('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'works',
      DestinationConfig: { OnSuccess: { Destination: QUEUE } },
    });
    await send('works', { id: 1 });
    await expect.poll(() => queues.sent.length).toBe(1);
    expect(JSON.parse(queues.sent[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { done: true },
    });
  });

  it('may be delivered twice by the fault hook', async () => {
    const { define, send, seen } = createLambdaFixture({
      speed: 1000,
      onInvocation: ({ functionName }) => ({ duplicate: functionName === 'works', delayMs: 5000 }),
    });
    await define('works', SUCCEEDS);
    await send('works', { id: 1 });
    await expect.poll(() => seen('invocationEnd').length).toBe(2);
    expect(new Set(seen('invocation').map(({ requestId }) => requestId)).size).toBe(1);
  });

  it('may be delivered twice at the same moment, in two environments', async () => {
    const { define, send, seen, lambda } = createLambdaFixture({ onInvocation: () => ({ duplicate: true }) });
    await define('works', SUCCEEDS);
    await send('works');
    expect(lambda.pendingEvents()).toBe(2);
    await expect.poll(() => seen('invocationEnd').length).toBe(2);
    expect(lambda.environments()).toHaveLength(2);
  });
});

describe('an event', () => {
  it('over 1 MB is refused asynchronously', async () => {
    const { define, lambda, send, seen } = createLambdaFixture();
    await define('works', SUCCEEDS);
    const atLimit = JSON.stringify('x'.repeat(1_048_574));
    await lambda.invokeEvent('works', atLimit, { principal: ROOT });
    await expect(send('works', 'x'.repeat(1_048_575))).rejects.toMatchObject({
      code: 'RequestEntityTooLargeException',
      message: '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
    });
    await expect.poll(() => seen('invocationEnd').length).toBe(1);
  });

  it('over 6 MB is refused synchronously', async () => {
    const { define, call } = createLambdaFixture();
    await define('works', SUCCEEDS);
    await expect(call('works', 'x'.repeat(6_291_455))).rejects.toMatchObject({ code: 'RequestTooLargeException' });
  });

  it('that is not JSON is refused', async () => {
    const { define, lambda } = createLambdaFixture();
    await define('works', SUCCEEDS);
    const sent = lambda.invokeEvent('works', 'nonsense', { principal: ROOT });
    await expect(sent).rejects.toMatchObject({ code: 'InvalidRequestContentException' });
  });

  it('for a function that does not exist is refused', async () => {
    const { send } = createLambdaFixture();
    await expect(send('nobody')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:eu-west-1:123456789012:function:nobody:$LATEST',
    });
  });
});
