import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { continueFrom, lambdaContext, pipelineJobEvent, type RecordingService, recordAnswers } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as applyInOrder } from '../../examples/apply-in-order.ts';
import { handler as applyLogGroup } from '../../examples/apply-log-group.ts';
import { makeQueue } from '../../examples/make-queue.ts';

// The handlers write their log lines to this process's output.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

let pipeline: RecordingService;
let cloud: LocalCloud;

beforeEach(async () => {
  [pipeline, cloud] = [await recordAnswers(), await createLocalCloud()];
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDCONTROL', cloud.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', cloud.endpoint);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.stop();
  await pipeline.close();
});

/** Gives a handler its job, and each that continues it, until one is answered for good. */
async function play(handler: typeof applyLogGroup, first: object) {
  for (let event = first; ; event = continueFrom(pipeline.answers.at(-1), event)) {
    await handler(event, lambdaContext());
    const answer = pipeline.answers.at(-1);
    if (answer?.input.continuationToken === undefined) return answer;
    await cloud.clock.sleep(500);
  }
}

describe('the examples of Cloud Control', () => {
  it('a job makes a log group', async () => {
    expect(await play(applyLogGroup, pipelineJobEvent({ parameters: { name: '/shop' } }))).toMatchObject({
      operation: 'PutJobSuccessResult',
      input: { outputVariables: { Identifier: '/shop', Operation: 'CREATE' } },
    });
  });

  it('a job makes a queue, and a parameter that names it', async () => {
    const answer = await play(applyInOrder, pipelineJobEvent());
    expect(answer?.input.outputVariables).toEqual({
      Queue: expect.stringMatching(/\/orders$/),
      Address: '/shop/orders',
    });
  });

  it('a process makes a queue', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await makeQueue('orders')).toBe(`arn:aws:sqs:us-east-1:${cloud.accountId}:orders`);
    expect(String(written.mock.calls[0]?.[0])).toMatch(/^creating AWS::SQS::Queue/);
    written.mockRestore();
  });
});
