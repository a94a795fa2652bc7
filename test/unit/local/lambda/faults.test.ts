import { describe, expect, it } from 'vitest';
import { createLambdaFixture } from './lambda-fixture.ts';

const WAITS = 'export const handler = () => new Promise(() => setInterval(() => {}, 1000));';

describe('a fault inside Lambda', () => {
  it('ends an environment while it loads', async () => {
    let starts = 0;
    const onEnvironment = () => (starts++ === 0 ? 'crash' : undefined);
    const { define, call } = createLambdaFixture({ faults: { onEnvironment } });
    await define('loads', 'export const handler = () => "loaded";');
    expect(await call('loads')).toMatchObject({
      functionError: 'Unhandled',
      result: { errorType: 'Runtime.ExitError' },
    });
    expect(await call('loads')).toEqual({ result: 'loaded' });
  });

  it('ends what an environment works on as out of memory', async () => {
    const { define, call, lambda, until } = createLambdaFixture();
    await define('waits', WAITS);
    const failed = call('waits');
    await until('invocation');
    const timer = setInterval(
      () => lambda.environments().forEach(({ environmentId }) => void lambda.exhaustMemory(environmentId)),
      5,
    );
    expect(await failed).toMatchObject({ result: { errorType: 'Runtime.OutOfMemory' } });
    clearInterval(timer);
    expect(lambda.exhaustMemory('none')).toBe(false);
  });

  it('makes a result no JSON: a batch then fails as a whole, and a record holds it as text', async () => {
    const queue = 'arn:aws:sqs:eu-west-1:123456789012:work';
    const done = 'arn:aws:sqs:eu-west-1:123456789012:done';
    const onResult = () => '<no JSON>';
    const { define, declare, send, lambda, queues, until } = createLambdaFixture({
      speed: 10_000,
      faults: { onResult },
    });
    await define('reads', 'export const handler = () => ({ batchItemFailures: [] });');
    await declare('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'reads',
      DestinationConfig: { OnSuccess: { Destination: done } },
    });
    await declare('AWS::Lambda::EventSourceMapping', {
      FunctionName: 'reads',
      EventSourceArn: queue,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    await send('reads');
    await until('invocationEnd');
    await Promise.resolve();
    expect(queues.sent.map(({ body }) => JSON.parse(body).responsePayload)).toEqual(['<no JSON>']);
    lambda.start();
    queues.send(queue, 'message', { principal: { arn: 'a', kind: 'root', accountId: '1' } });
    const isBatch = (event: unknown) => Array.isArray((event as { Records?: unknown }).Records);
    await until('invocation', ({ event }) => isBatch(event));
    const again = new Promise<void>((resolve) => queues.onVisible(queue, resolve));
    await again;
  });
});
