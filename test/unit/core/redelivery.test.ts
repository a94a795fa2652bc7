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
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { InvalidEventError } from '../../../lib/core/errors.ts';
import { createHandler } from '../../../lib/core/handler.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { noteProgressWith } from '../../../lib/core/note-progress.ts';
import type { Service, TaskParts, TaskService } from '../../../lib/core/service.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';
import { createQueueStub, type QueueStub } from './queue-stub.ts';

const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/continuations';

/** A service that waits for one answer and hands no token back; it is answered like a CodePipeline job. */
const service: TaskService<TaskParts> = {
  ...jobService,
  putOff: { by: 'message' },
  recognise: () => undefined,
  parse(event, { region }) {
    const id = (event as { id?: string } | null)?.id;
    if (id === undefined) throw new InvalidEventError('no id');
    return {
      id,
      ticket: { region, data: { jobId: id } },
      secrets: [],
      answerWithinMs: 3_600_000,
      createTask: (parts: TaskParts) => parts,
    };
  },
};

let runtime: TestRuntime;
let queue: QueueStub;
const id = '00000000-0000-0000-0000-000000000001';

beforeEach(async () => {
  queue = await createQueueStub();
  runtime = await createTestRuntime({ continuationQueueUrl: QUEUE_URL }, queue.env);
});
afterEach(async () => {
  await runtime.close();
  await queue.close();
});

type Logic = (task: TaskParts) => unknown;
const handle = (logic: Logic, event: unknown) =>
  createHandler({ service, logic, options: {}, provide: () => runtime })(
    event,
    lambdaContext({ now: () => runtime.time.now() }),
  );
const batch = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ eventSource: 'aws:sqs', messageId: `m${index}`, body })),
});
/** Lets the continuation queue deliver its next message, when its delay is over. */
async function deliverNext(logic: Logic) {
  const message = queue.messages.shift();
  if (message === undefined) throw new Error('the continuation queue is empty');
  runtime.time.advance(message.delaySeconds * 1000);
  return handle(logic, batch(message.body));
}
/** Lets it deliver until nothing is put off any more, twenty times at most. */
async function deliverAll(logic: Logic) {
  for (let trip = 0; trip < 20 && queue.messages.length > 0; trip++) await deliverNext(logic);
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
    expect(queue.messages).toEqual([]);
  });

  it('goes back into the queue when it arrives too early', async () => {
    await handle(() => continueAfter({ hours: 0.5 }), { id });
    const [message] = queue.messages.splice(0);
    await handle(() => fail('ran too early'), batch(message?.body ?? ''));
    // SQS holds a message back for a quarter of an hour at most.
    expect(message?.delaySeconds).toBe(900);
    expect(queue.messages).toEqual([message]);
    expect(answers()).toEqual([]);
  });

  it('is brought back again by a duplicate of the first delivery, in case the first could not say so', async () => {
    const logic: Logic = (task) => (task.run === 1 ? continueAfter({ minutes: 1 }) : succeed());
    await handle(logic, { id });
    queue.messages.length = 0;
    runtime.time.advance(61_000);
    await handle(logic, { id });
    expect(queue.messages).toMatchObject([{ delaySeconds: 0 }]);
    await deliverNext(logic);
    expect(answers()).toEqual(['PutJobSuccessResult']);
  });

  it('runs once when the queue delivers it twice', async () => {
    let runs = 0;
    const logic: Logic = (task) => (task.run === 1 ? continueAfter({ minutes: 1 }) : void runs++);
    await handle(logic, { id });
    const message = queue.messages[0]?.body ?? '';
    await deliverNext(logic);
    await handle(logic, batch(message));
    expect(runs).toBe(1);
  });

  it('is answered failed where its envelope has lost its token, and never taken for a first delivery', async () => {
    await handle(() => succeed(), { 'ringback.redelivery': { event: { id } } });
    expect(answers()).toEqual([expect.stringMatching(/continuation token is not Ringback's/)]);
  });

  it('is put off again by the last resort, through the queue of its entry', async () => {
    await handle(() => continueAfter({ minutes: 10 }), { id });
    const [message] = queue.messages.splice(0);
    const recognising: Service = {
      ...service,
      recognise: (event, { region }) => ({ id: (event as { id: string }).id, ticket: { region, data: { jobId: id } } }),
    };
    const lastResort = createLastResort([recognising], () => runtime);
    const batchOfOne = { Records: [{ messageId: 'm', body: message?.body ?? '' }] };
    await lastResort(batchOfOne, lambdaContext({ now: () => runtime.time.now() }));
    expect(queue.messages).toEqual([message]);
  });

  it('is refused where it would go on after the service has stopped waiting', async () => {
    // Five seconds are kept for the answer.
    await handle(() => continueAfter({ seconds: 3_595 }), { id });
    expect(answers()[0]).toMatch(/would go on at .*, but the service waits only until/);
  });

  it('is refused in a later run, too, since the service waits from the first on', async () => {
    const logic: Logic = (task) => continueAfter({ minutes: task.run === 1 ? 50 : 20 });
    await handle(logic, { id });
    await deliverAll(logic);
    expect(answers()).toEqual([expect.stringMatching(/would go on at .*, but the service waits only until/)]);
  });

  it('waits on where its function has no continuation queue any more, or cannot reach it', async () => {
    await handle(() => continueAfter({ minutes: 1 }), { id });
    await queue.close();
    await expect(handle(() => succeed(), { id })).rejects.toThrow(/the delivery could not be put off: .*SendMessage/);
    runtime = { ...runtime, continuationQueueUrl: undefined };
    await expect(handle(() => succeed(), { id })).rejects.toThrow(`${id} waits for its continuation`);
    expect(answers()).toEqual([]);
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
    await deliverAll(() => fail('the logic ran again'));
    expect(new Set(answers())).toEqual(new Set(['PutJobSuccessResult']));
  });

  it('is known to be answered where something else works for it, which answers as well', async () => {
    const api = { service: 'codebuild', targetPrefix: 'CodeBuild_20161006', jsonVersion: '1.1' };
    const stop = { api, operation: 'StopBuild', input: { id: 'build' } };
    const states: unknown[] = [];
    const settled = { errorCode: 'InvalidJobStateException' };
    for (const [own, refusal] of [
      [id, undefined],
      ['00000000-0000-0000-0000-000000000002', settled],
    ] as const) {
      let callback: Callback | undefined;
      const logic: Logic = (task) => {
        callback = task.callback;
        return { ...defer({ within: { minutes: 30 } }), execution: { id: 'build', stop } };
      };
      await handle(logic, { id: own });
      if (refusal !== undefined) runtime.service.script(refusal);
      await complete(callback as Callback, succeed());
      states.push((await runtime.ledger.read(`codepipeline#${own}`, Infinity))?.state);
      await deliverAll(() => fail('the logic ran again'));
    }
    expect(states).toMatchObject([{ reported: true }, { kind: 'decided' }]);
    expect(states[1]).not.toHaveProperty('reported');
    // Each is stopped once, by whoever decided.
    expect(runtime.lines.filter((line) => line.includes('could not be stopped'))).toHaveLength(2);
  });

  it('is looked after when its silence would be over, and later where it was heard of', async () => {
    let callback: Callback | undefined;
    await handle(
      (task) => {
        callback = task.callback;
        return defer({ within: { minutes: 30 }, silence: { minutes: 10 } });
      },
      { id },
    );
    const [message] = queue.messages.splice(0);
    expect(message?.delaySeconds).toBe(600);
    runtime.time.advance(540_000);
    expect(await noteProgressWith(runtime, [service], callback as Callback, {})).toBe('noted');
    runtime.time.advance(60_000);
    await handle(() => fail('the logic ran again'), batch(message?.body ?? ''));
    expect(queue.messages).toMatchObject([{ delaySeconds: 540 }]);
    await deliverNext(() => fail('the logic ran again'));
    expect(answers()).toEqual([expect.stringMatching(/has not been heard of for 10 minutes/)]);
  });

  it('is answered failed by its watchdog, before the service stops waiting', async () => {
    const start = runtime.time.now();
    await handle(() => defer({ within: { hours: 10 } }), { id });
    await deliverAll(() => fail('the logic ran again'));
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
