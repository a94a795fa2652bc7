import {
  type Callback,
  continueAfter,
  defer,
  type Failed,
  fail,
  RetryableError,
  type Succeeded,
  succeed,
} from 'ringback';
import { lambdaContext } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobResultApi } from '../../../lib/codepipeline/result-api.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { InvalidEventError } from '../../../lib/core/errors.ts';
import { createHandler } from '../../../lib/core/handler.ts';
import type { Service, TaskEnvironment } from '../../../lib/core/service.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

/** A service that waits for one answer and hands no token back; it is answered like a CodePipeline job. */
const service: Service<TaskEnvironment> = {
  ...jobResultApi,
  continuation: 'redelivery',
  tokenLimit: 0,
  recognise: () => undefined,
  parse(event) {
    const id = (event as { id?: string } | null)?.id;
    if (id === undefined) throw new InvalidEventError('no id');
    const callback = { service: 'codepipeline', id, region: 'us-east-1', data: { jobId: id } };
    const createTask = (environment: TaskEnvironment) => environment;
    return { callback, secrets: [], answerWithinMs: 3_600_000, createTask };
  },
};

let runtime: TestRuntime;
/** What waits in the continuation queue. */
let queue: { body: string; dueAt: number }[];
const id = '00000000-0000-0000-0000-000000000001';

beforeEach(async () => {
  queue = [];
  runtime = await createTestRuntime({ redeliver: async (body, dueAt) => void queue.push({ body, dueAt }) });
});
afterEach(() => runtime.close());

type Logic = (task: TaskEnvironment) => unknown;
const handle = (logic: Logic, event: unknown) =>
  createHandler(service, logic, {}, () => runtime)(event, lambdaContext());
const batch = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ eventSource: 'aws:sqs', messageId: `m${index}`, body })),
});
/** Lets the continuation queue deliver its next message, when it is due. */
async function deliverNext(logic: Logic) {
  const message = queue.shift();
  if (message === undefined) throw new Error('the continuation queue is empty');
  runtime.time.advance(Math.max(0, message.dueAt - runtime.time.now()));
  return handle(logic, batch(message.body));
}
const answers = () => runtime.service.answers.map(({ operation, input }) => input.failureDetails?.message ?? operation);

describe('a delivery that is put off', () => {
  it('comes back to the same function with its state, and is answered at the end', async () => {
    const logic: Logic = (task) =>
      task.run < 3 ? continueAfter({ minutes: 2 }, { seen: task.run }) : fail(JSON.stringify(task.state));
    await handle(logic, { id });
    expect(answers()).toEqual([]);
    await deliverNext(logic);
    await deliverNext(logic);
    expect(answers()).toEqual(['{"seen":2}']);
    expect(queue).toEqual([]);
  });

  it('goes back into the queue when it arrives too early', async () => {
    await handle(() => continueAfter({ hours: 0.5 }), { id });
    const [message] = queue.splice(0);
    await handle(() => fail('ran too early'), batch(message?.body ?? ''));
    expect(queue).toEqual([message]);
    expect(answers()).toEqual([]);
  });

  it('is brought back again by a duplicate of the first delivery, in case the first could not say so', async () => {
    const logic: Logic = (task) => (task.run === 1 ? continueAfter({ minutes: 1 }) : succeed());
    await handle(logic, { id });
    queue.length = 0;
    await handle(logic, { id });
    await deliverNext(logic);
    expect(answers()).toEqual(['PutJobSuccessResult']);
  });

  it('runs once when the queue delivers it twice', async () => {
    let runs = 0;
    const logic: Logic = (task) => (task.run === 1 ? continueAfter({ minutes: 1 }) : void runs++);
    await handle(logic, { id });
    const message = queue[0]?.body ?? '';
    await deliverNext(logic);
    await handle(logic, batch(message));
    expect(runs).toBe(1);
  });

  it('is refused where it would go on after the service has stopped waiting', async () => {
    await handle(() => continueAfter({ hours: 1 }), { id });
    expect(answers()[0]).toMatch(/would go on at .*, but the service waits only until/);
  });

  it('is refused where the function has no continuation queue', async () => {
    await runtime.close();
    runtime = await createTestRuntime();
    await handle(() => continueAfter({ minutes: 1 }), { id });
    expect(answers()[0]).toMatch(/RINGBACK_CONTINUATION_QUEUE_URL is not set/);
  });
});

describe('a deferral without a token', () => {
  const complete = (callback: Callback, outcome: Succeeded | Failed) =>
    completeWith(runtime, [service], callback, outcome);

  it('is answered at once by complete; its watchdog then changes nothing', async () => {
    let callback: Callback | undefined;
    await handle(
      (task) => {
        callback = task.callback;
        return defer({ within: { minutes: 30 } });
      },
      { id },
    );
    expect(await complete(callback as Callback, succeed())).toMatchObject({ accepted: true, state: 'reported' });
    await deliverNext(() => fail('the logic ran again'));
    expect(new Set(answers())).toEqual(new Set(['PutJobSuccessResult']));
  });

  it('is answered failed by its watchdog, before the service stops waiting', async () => {
    const start = runtime.time.now();
    await handle(() => defer({ within: { hours: 10 } }), { id });
    await deliverNext(() => fail('the logic ran again'));
    expect(answers()[0]).toMatch(/left to somebody else, who gave none until/);
    expect(runtime.time.now() - start).toBeLessThan(3_600_000);
  });
});

describe('a batch of messages', () => {
  const other = '00000000-0000-0000-0000-000000000002';

  it('is answered message by message; those that cannot be come again', async () => {
    const logic: Logic = (task) => {
      if (task.callback.id === other) throw new RetryableError('later');
    };
    const result = await handle(logic, batch(JSON.stringify({ id }), 'not json', '{}', JSON.stringify({ id: other })));
    expect(result).toEqual({ batchItemFailures: ['m1', 'm2', 'm3'].map((itemIdentifier) => ({ itemIdentifier })) });
    expect(answers()).toEqual(['PutJobSuccessResult']);
  });
});
