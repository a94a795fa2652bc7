import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { decodeContinuation } from '../../../lib/core/continuation-token.ts';
import type { Waiting } from '../../../lib/core/ledger/entry.ts';
import { putOff } from '../../../lib/core/put-off.ts';
import type { Service } from '../../../lib/core/service.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';
import { createQueueStub, type QueueStub } from './queue-stub.ts';

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/continuations';
const JOB = '00000000-0000-0000-0000-000000000001';
const byMessage: Service = { ...jobService, putOff: { by: 'message' } };

let runtime: TestRuntime;
let queue: QueueStub;
beforeEach(async () => {
  queue = await createQueueStub();
  runtime = await createTestRuntime({}, queue.env);
});
afterEach(async () => {
  await runtime.close();
  await queue.close();
});

/** Puts off what waits for its third run, due in so many milliseconds. */
function put(service: Service, dueInMs: number, more: Partial<Waiting> = {}, data: object = { returnTo: QUEUE_URL }) {
  const waiting = { dueAt: runtime.time.now() + dueInMs, progress: { summary: 'half' }, ...more };
  const ticket = { region: 'us-east-1', data: { jobId: JOB, ...data } };
  const secrets = { add: () => undefined };
  const delivery = { service, ticket, key: 'codepipeline#x', run: 3, waiting, event: { id: 1 }, secrets };
  return putOff(delivery, runtime, runtime.time.now() + 10_000);
}

describe('a message that brings a delivery back', () => {
  it.each([
    ['at once, when it is due', 0, 0],
    ['at once, when it was due before', -60_000, 0],
    ['after whole seconds, and never too early', 1, 1],
    ['after whole seconds', 2_000, 2],
    ['after a little more than they are', 2_001, 3],
    ['after a quarter of an hour at most', 900_000, 900],
    ['after a quarter of an hour at most, for more', 900_001, 900],
  ])('comes %s: %i ms', async (_when, dueInMs, delaySeconds) => {
    await put(byMessage, dueInMs);
    expect(queue.messages.map((message) => message.delaySeconds)).toEqual([delaySeconds]);
  });

  it.each<[Partial<Waiting>, boolean]>([
    [{}, false],
    [{ awaitsUntil: 5 }, true],
  ])('holds the event and the token of what it waits for: %j', async (more, awaits) => {
    const { kind, token, progress } = await put(byMessage, 1_000, more);
    expect([kind, progress]).toEqual(['put off', { summary: 'half' }]);
    const dueAt = runtime.time.now() + 1_000;
    expect(decodeContinuation(token)).toEqual({ kind: 'ours', key: 'codepipeline#x', run: 3, dueAt, awaits });
    expect(JSON.parse(queue.messages[0]?.body ?? '')).toEqual({ 'ringback.redelivery': { event: { id: 1 }, token } });
    expect(runtime.service.answers).toEqual([]);
  });

  it('needs a queue', async () => {
    const putting = put(byMessage, 0, {}, {});
    await expect(putting).rejects.toThrow('x waits for its continuation, and the function has no continuation queue');
    await expect(putting).rejects.toMatchObject({ code: 'ANSWER_NOT_GIVEN' });
  });
});

describe('a token that the service hands back', () => {
  it('is an answer with the progress', async () => {
    const { token } = await put(jobService, 1_000);
    expect(runtime.service.answers).toMatchObject([
      { operation: 'PutJobSuccessResult', input: { jobId: JOB, continuationToken: token } },
    ]);
    expect(runtime.service.answers[0]?.input.executionDetails).toEqual({ summary: 'half' });
    expect(queue.messages).toEqual([]);
  });

  it('is returned by the function where the service takes no call', async () => {
    const returning: Service = { ...jobService, putOff: { by: 'token', fitProgress: (details) => details } };
    expect(await put(returning, 1_000)).toMatchObject({ kind: 'put off', token: expect.stringMatching(/^rb1:/) });
    expect(runtime.service.answers).toEqual([]);
  });
});
