import { describe, expect, it } from 'vitest';
import { createLambdaFixture, type LambdaFixture } from './lambda-fixture.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:work';

async function map(fixture: LambdaFixture, functionName: string, properties: object = {}): Promise<void> {
  await fixture.declare('AWS::Lambda::EventSourceMapping', {
    FunctionName: functionName,
    EventSourceArn: QUEUE,
    ...properties,
  });
  fixture.lambda.start();
}

function put({ queues, kernel }: LambdaFixture, ...bodies: string[]): void {
  const principal = kernel.identity.service('sqs.amazonaws.com');
  for (const body of bodies) queues.send(QUEUE, body, { principal });
}

describe('a queue that feeds a function', () => {
  it('hands over batches in the form of SQS events and deletes what was handled', async () => {
    const fixture = createLambdaFixture();
    await fixture.define('works', 'export const handler = (event) => event;');
    await map(fixture, 'works');
    put(fixture, 'a');
    const { result } = await fixture.until('invocationEnd');
    expect(result).toEqual({
      Records: [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: 'a',
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {},
          md5OfBody: '',
          eventSource: 'aws:sqs',
          eventSourceARN: QUEUE,
          awsRegion: 'eu-west-1',
        },
      ],
    });
    await expect.poll(() => fixture.queues.left(QUEUE)).toEqual([]);
  });

  it('takes at most BatchSize messages that were there before', async () => {
    const fixture = createLambdaFixture({ maxEnvironments: 1 });
    await fixture.define('works', 'export const handler = (event) => event.Records.length;');
    put(fixture, 'a', 'b', 'c', 'd', 'e');
    await map(fixture, 'works', { BatchSize: 2 });
    await expect.poll(() => fixture.seen('invocationEnd').map(({ result }) => result)).toEqual([2, 2, 1]);
  });

  it('fills a batch for as long as its window lasts', async () => {
    const fixture = createLambdaFixture({ speed: 100 });
    await fixture.define('works', 'export const handler = (event) => event.Records.length;');
    await map(fixture, 'works', { BatchSize: 100, MaximumBatchingWindowInSeconds: 5 });
    for (let n = 0; n < 25; n++) put(fixture, String(n));
    await fixture.until('invocationEnd');
    expect(fixture.seen('invocationEnd').map(({ result }) => result)).toEqual([25]);
  });

  it('keeps only what the function reports as failed, which comes back later', async () => {
    const fixture = createLambdaFixture({ speed: 1000 });
    const source = `const seen = new Set();
      export const handler = ({ Records }) => ({ batchItemFailures: Records
        .filter(({ body, messageId }) => body === 'bad' && !seen.has(messageId) && seen.add(messageId))
        .map(({ messageId }) => ({ itemIdentifier: messageId })) });`;
    await fixture.define('partial', source);
    put(fixture, 'good', 'bad', 'good');
    await map(fixture, 'partial', { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await fixture.until('invocationEnd');
    await expect.poll(() => fixture.queues.left(QUEUE)).toEqual(['bad']);
    await expect.poll(() => fixture.queues.left(QUEUE)).toEqual([]);
    expect(fixture.seen('invocation')).toMatchObject([
      {},
      { event: { Records: [{ body: 'bad', attributes: { ApproximateReceiveCount: '2' } }] } },
    ]);
  });

  it.each([
    ['throws', '', 'throw new Error("no")'],
    ['names an unknown message', 'ReportBatchItemFailures', 'return { batchItemFailures: [{ itemIdentifier: "x" }] }'],
    ['names no message', 'ReportBatchItemFailures', 'return { batchItemFailures: [{}] }'],
    ['returns text', 'ReportBatchItemFailures', 'return "text"'],
  ])('keeps the whole batch when the function %s', async (_what, responseType, statement) => {
    const fixture = createLambdaFixture();
    await fixture.define('fails', `export const handler = () => { ${statement} };`);
    put(fixture, 'a', 'b');
    await map(fixture, 'fails', { FunctionResponseTypes: [responseType] });
    await fixture.until('invocationEnd');
    await new Promise((resolve) => setImmediate(resolve));
    expect(fixture.queues.left(QUEUE)).toEqual(['a', 'b']);
    expect(fixture.queues.visible(QUEUE)).toBe(0);
  });

  it('runs no more batches at the same time than MaximumConcurrency says', async () => {
    const fixture = createLambdaFixture();
    await fixture.define('slow', 'export const handler = () => new Promise((r) => setTimeout(r, 150));');
    for (let n = 0; n < 6; n++) put(fixture, String(n));
    await map(fixture, 'slow', { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await expect.poll(() => fixture.seen('invocationEnd').length, { timeout: 5000 }).toBe(6);
    expect(fixture.lambda.environments()).toHaveLength(2);
  });

  it('takes no message while the function has no room', async () => {
    const fixture = createLambdaFixture({ maxEnvironments: 1 });
    await fixture.define('slow', 'export const handler = () => new Promise((r) => setTimeout(r, 150));');
    const busy = fixture.call('slow');
    put(fixture, 'a');
    await map(fixture, 'slow');
    expect(fixture.queues.visible(QUEUE)).toBe(1);
    await busy;
    await expect.poll(() => fixture.queues.left(QUEUE)).toEqual([]);
  });

  it('stays off when it is disabled', async () => {
    const fixture = createLambdaFixture();
    await fixture.define('works', 'export const handler = () => 1;');
    put(fixture, 'a');
    await map(fixture, 'works', { Enabled: false });
    expect(fixture.queues.visible(QUEUE)).toBe(1);
  });

  it('stays off, with a notice, when the role may not read the queue', async () => {
    const fixture = createLambdaFixture({ refuse: ({ action }) => action === 'sqs:DeleteMessage' });
    await fixture.define('works', 'export const handler = () => 1;');
    put(fixture, 'a');
    await map(fixture, 'works');
    expect(fixture.queues.visible(QUEUE)).toBe(1);
    expect(fixture.seen('notice')[0]?.message).toContain('does not have permissions to call DeleteMessage on SQS');
    expect(fixture.checks.map(({ action, resource }) => [action, resource])).toEqual([
      ['sqs:ReceiveMessage', QUEUE],
      ['sqs:DeleteMessage', QUEUE],
    ]);
  });

  it('refuses a large batch without a window', async () => {
    const fixture = createLambdaFixture();
    await fixture.define('works', 'export const handler = () => 1;');
    await expect(map(fixture, 'works', { BatchSize: 11 })).rejects.toThrow(/batch window/);
  });
});
