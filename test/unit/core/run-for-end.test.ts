import { continueAfter, defer, fail, RetryableError, succeed } from 'ringback';
import { lambdaContext } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import type { InvocationContext } from '../../../lib/core/deadline.ts';
import { InvalidOutcomeError } from '../../../lib/core/errors.ts';
import type { Entry } from '../../../lib/core/ledger/entry.ts';
import { createMemoryLedger } from '../../../lib/core/ledger/memory-ledger.ts';
import { type Run, runForEnd } from '../../../lib/core/run-for-end.ts';
import type { Service, TaskParts } from '../../../lib/core/service.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
let given: unknown[];
beforeEach(async () => {
  given = [];
  const ledger = {
    ...createMemoryLedger(),
    left: async (entry: Entry, until: number) => {
      given.push(['left', entry.key, until]);
      return { seen: 1 };
    },
    giveBack: async (...how: unknown[]) => void given.push(how),
  };
  runtime = await createTestRuntime({ ledger });
});
afterEach(() => runtime.close());

interface Story {
  readonly logic?: (task: TaskParts) => unknown;
  readonly service?: Partial<Service>;
  readonly more?: Partial<Run<TaskParts>>;
  readonly context?: Partial<InvocationContext>;
  /** How long the service waits, in milliseconds. */
  readonly waitsMs?: number | undefined;
  readonly ledgerLatencyMs?: number;
  readonly runtime?: Partial<TestRuntime>;
}

/** Runs the second run of a job that came a minute ago, and this delivery of it ten seconds ago. */
function run({ logic = () => succeed(), service, more, context, waitsMs, ledgerLatencyMs = 0, runtime: parts }: Story) {
  const now = runtime.time.now();
  const ticket = { region: 'us-east-1', data: { jobId: 'x' } };
  const entry: Entry = {
    key: 'codepipeline#x',
    region: 'eu-central-1',
    ticket,
    run: 2,
    openedAt: now - 60_000,
    takenAt: now - 10_000,
    state: { kind: 'running', owner: 'me', until: now + 1 },
  };
  const whole = {
    service: { ...jobService, ...service },
    runtime: { ...runtime, ...parts },
    logic,
    entry,
    owner: 'me',
    died: false,
    onCrash: 'fail',
    context: { ...lambdaContext({ timeoutMs: 60_000, now: () => now }), functionName: 'Gate', ...context },
    delivery: { key: entry.key, ticket, run: 2 },
    parsed: { answerWithinMs: waitsMs, createTask: (task: TaskParts) => task },
    secrets: { declare: () => undefined },
    ...more,
  };
  return runForEnd(whole as never, { lastMoment: now + 59_000, ledgerLatencyMs } as never);
}
const byMessage: Partial<Service> = { putOff: { by: 'message' } };

describe('a run', () => {
  it('ends in the decision that its logic makes', async () => {
    expect(await run({ logic: () => succeed({ summary: 'ok' }) })).toEqual({
      kind: 'decision',
      decision: { kind: 'succeeded', details: { summary: 'ok' } },
    });
    expect(await run({ logic: () => fail('no', { externalExecutionId: '1' }) })).toMatchObject({
      decision: { kind: 'failed', reason: 'no', category: 'failed', details: { externalExecutionId: '1' } },
    });
  });

  it('ends in what comes next', async () => {
    const ended = await run({ logic: () => continueAfter({ seconds: 30 }, [1]) });
    expect(ended).toMatchObject({
      kind: 'next',
      next: { run: 3, dueAt: runtime.time.now() + 30_000, left: [1] },
    });
  });

  it('may be left to somebody else for any time, where nobody knows how long its service waits', async () => {
    const ticket = { region: 'us-east-1', data: { jobId: 'x', returnTo: 'https://queue/' } };
    const more = { delivery: { key: 'codepipeline#x', ticket, run: 2 } };
    const logic = () => defer({ within: { hours: 9 } });
    expect(await run({ service: byMessage, more, logic })).toMatchObject({
      next: { awaitsUntil: runtime.time.now() + 9 * 3_600_000 },
    });
  });

  it('hands its logic the callback, the state that the last run left, its number and its time', async () => {
    let task: TaskParts | undefined;
    const logic = (parts: TaskParts) => {
      task = parts;
    };
    await run({ logic, ledgerLatencyMs: 1_000 });
    expect(task).toMatchObject({
      callback: { service: 'codepipeline', id: 'x', region: 'eu-central-1' },
      state: { seen: 1 },
      run: 2,
    });
    expect(task?.remainingMs()).toBe(52_000);
    expect(given).toEqual([['left', 'codepipeline#x', runtime.time.now() + 59_000]]);
  });

  it('that fails is a failure, and says so in the log', async () => {
    const throwing = () => {
      throw new TypeError('a bug');
    };
    expect(await run({ logic: throwing })).toMatchObject({ decision: { kind: 'failed', reason: 'TypeError: a bug' } });
    expect(runtime.lines.map((line) => JSON.parse(line))).toMatchObject([{ message: 'the logic failed', id: 'x' }]);
  });

  it('whose logic asks for another is given back where a last resort stands by, and a failure where none does', async () => {
    const error = new RetryableError('later');
    const logic = () => {
      throw error;
    };
    await expect(run({ logic, runtime: { lastResort: true } })).rejects.toBe(error);
    expect(given.slice(1)).toEqual([['codepipeline#x', 'me', {}, runtime.time.now() + 59_000]]);
    expect(await run({ logic, runtime: { lastResort: false } })).toMatchObject({
      decision: { kind: 'failed', reason: 'later', category: 'failed' },
    });
    expect(given).toHaveLength(3);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    await run({});
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is failed at once where what the last run left is lost, since no later attempt would find it', async () => {
    const left = () => Promise.reject(new InvalidOutcomeError('what the last run left is gone: the row x'));
    let runs = 0;
    const end = await run({ runtime: { ledger: { ...runtime.ledger, left } }, logic: () => void runs++ });
    expect(end).toMatchObject({ decision: { kind: 'failed', reason: 'what the last run left is gone: the row x' } });
    expect(runs).toBe(0);
  });

  it('throws where what the last run left cannot be read, and is no failure of its logic', async () => {
    const down = new Error('down');
    const ledger = { ...runtime.ledger, left: () => Promise.reject(down) };
    await expect(run({ runtime: { ledger } })).rejects.toBe(down);
  });
});

describe('logic', () => {
  const began = async (story: Story) => {
    let count = 0;
    const ended = await run({ ...story, logic: () => void count++ });
    return { count, decision: ended.kind === 'decision' ? ended.decision : undefined };
  };

  it.each<[string, Story, boolean]>([
    ['for as long as its service waits from this delivery on', { waitsMs: 10_001 }, true],
    ['no longer than that', { waitsMs: 10_000 }, false],
    [
      'for as long as its service waits from the first on, where a message brings it back',
      { service: byMessage, waitsMs: 60_001 },
      true,
    ],
    ['no longer than that, either', { service: byMessage, waitsMs: 60_000 }, false],
    ['for good, where nobody knows how long it waits', { waitsMs: undefined }, true],
  ])('runs %s', async (_how, story, runs) => {
    const { count, decision } = await began(story);
    expect(count).toBe(runs ? 1 : 0);
    if (runs) return;
    expect(decision).toMatchObject({
      category: 'unavailable',
      reason: expect.stringMatching(
        /^nobody waits for this job any more: it had to be answered until 2026-01-01T00:00:00\.000Z$/,
      ),
    });
  });

  it.each<[string, Partial<Run<TaskParts>>, boolean]>([
    ['no attempt died before it', { died: false, onCrash: 'fail' }, true],
    ['an attempt died, and it is to be tried again', { died: true, onCrash: 'retry' }, true],
    ['an attempt died, and that is a failure', { died: true, onCrash: 'fail' }, false],
  ])('runs by what became of the last attempt: %s', async (_what, more, runs) => {
    const { count, decision } = await began({ more });
    expect([count, decision?.kind]).toEqual(runs ? [1, 'succeeded'] : [0, 'failed']);
  });

  it.each([
    [{ logGroupName: '/aws/lambda/Gate' }, '/aws/lambda/Gate'],
    [{ logGroupName: undefined }, 'Gate'],
  ])('that died before is told where its log is: %j', async (context, place) => {
    const { decision } = await began({ more: { died: true }, context: context as never });
    expect(decision).toMatchObject({
      category: 'crashed',
      reason: `an earlier attempt at this job ended without a word: it ran out of time or memory, or was killed; its log is in ${place}`,
    });
  });
});
