import { continueFrom, lambdaContext, type WorkflowStepEventOptions, workflowStepEvent } from 'ringback/testing';
import { continueAfter, defer, fail, type StepLogic, succeed, type WorkflowStepOptions } from 'ringback/transfer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { completeWith } from '../../../lib/core/complete.ts';
import { InvalidEventError, RetryableError } from '../../../lib/core/errors.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { fail as failed, succeed as succeeded } from '../../../lib/core/outcome.ts';
import { stepService } from '../../../lib/transfer/result-api.ts';
import { workflowStepWith } from '../../../lib/transfer/workflow-step.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

const TOKEN = 'MzI0Nzc4ZDktMGRmMi00MjFhLTgxMjUtYWZmZmRmODNkYjc0';
const EXECUTION = 'abcd1234-aa11-bb22-cc33-abcdef123456';

let runtime: TestRuntime;

beforeEach(async () => {
  vi.stubEnv('RINGBACK_STEP_TIMEOUT_SECONDS', '300');
  runtime = await createTestRuntime({ continuationQueueUrl: 'http://127.0.0.1/123456789012/continuations' });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await runtime.close();
});

function handlerOf<State>(logic: StepLogic<State>, options: WorkflowStepOptions<State> = {}) {
  return workflowStepWith(() => runtime, logic, options);
}

/** The last delivery that was put off. */
const putOff = () => runtime.service.calls.findLast(({ operation }) => operation === 'SendMessage');

/** Runs one step through a handler and gives what Transfer Family was told. */
async function answerOf<State>(
  logic: StepLogic<State>,
  event: WorkflowStepEventOptions = {},
  options: WorkflowStepOptions<State> = {},
) {
  await handlerOf(logic, options)(workflowStepEvent(event), lambdaContext());
  return runtime.service.answers.at(-1);
}

describe('a token that stands across the cut of a long text', () => {
  it.each<[string, (text: string) => ReturnType<StepLogic<unknown>>]>([
    ['a reason', (text) => fail(text)],
    ['a summary', (text) => succeed({ summary: text })],
  ])('leaves no part of it in %s', async (_where, act) => {
    for (const at of [0, 3, 5, 8]) {
      await answerOf(() => act('x'.repeat(at) + 'k3y9wX2mQz7p '.repeat(800)), { token: 'k3y9wX2mQz7p' });
      expect(JSON.stringify([runtime.lines, runtime.printed])).toContain('[withheld]');
      expect(JSON.stringify([runtime.lines, runtime.printed])).not.toMatch(/k3y|9wX|2mQ|z7p/);
    }
  });
});

describe('what the logic returns', () => {
  it('answers SUCCESS when the logic returns nothing', async () => {
    expect(await answerOf(() => undefined, { token: TOKEN, executionId: EXECUTION })).toEqual({
      operation: 'SendWorkflowStepState',
      input: { WorkflowId: 'w-1234567890abcdef0', ExecutionId: EXECUTION, Token: TOKEN, Status: 'SUCCESS' },
    });
  });

  it.each([
    ['a failure', () => fail('row 7 has no amount'), /row 7 has no amount/],
    ['a thrown error', () => Promise.reject(new TypeError('x is undefined')), /TypeError: x is undefined/],
    ['a returned object', () => ({ statusCode: 200 }) as never, /members statusCode/],
    ['a detail that a step does not take', () => succeed({ rows: 7 } as never), /takes a summary and no .*rows/],
    ['a state that is no JSON', () => continueAfter({ seconds: 1 }, 1n as never), /BigInt/],
    ['a continuation beyond the timeout of the step', () => continueAfter({ minutes: 6 }), /waits only until/],
  ] as const)('answers FAILURE to %s, and tells the reason by log and metric', async (_name, logic, reason) => {
    const answer = await answerOf(logic as StepLogic<unknown>, { token: TOKEN, executionId: EXECUTION });
    expect(answer?.input.Status).toBe('FAILURE');
    expect(runtime.lines.find((line) => line.includes('"answered"'))).toMatch(reason);
    expect(runtime.printed.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            expect.objectContaining({ Namespace: 'Ringback', Metrics: [{ Name: 'StepsFailed', Unit: 'Count' }] }),
          ],
        },
        StepsFailed: 1,
        FunctionName: 'function-under-test',
        WorkflowId: 'w-1234567890abcdef0',
        executionId: EXECUTION,
        file: 's3://upload-bucket/myuser/report.csv',
        reason: expect.stringMatching(reason),
      }),
    ]);
    expect(runtime.printed.join()).not.toContain(TOKEN);
    expect(runtime.lines.join()).not.toContain(TOKEN);
  });

  it('tells a failure within whatever time is left, also where that is no whole number of milliseconds', async () => {
    const context = lambdaContext({ timeoutMs: 2_001, now: () => runtime.time.now() });
    await handlerOf(() => fail('no'))(workflowStepEvent(), context);
    expect(runtime.service.answers.map(({ input }) => input.Status)).toEqual(['FAILURE']);
    expect(runtime.printed).toHaveLength(1);
  });

  it('answers once, and runs the logic once, however often the event comes', async () => {
    let runs = 0;
    const handler = handlerOf(() => {
      runs++;
      return fail('no');
    });
    const event = workflowStepEvent();
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
    expect(runtime.service.answers.map(({ input }) => input.Status)).toEqual(['FAILURE', 'FAILURE']);
    expect(runtime.printed).toHaveLength(1);
  });

  it('keeps two steps of one execution apart', async () => {
    const one = await answerOf(() => fail('no'), { executionId: EXECUTION, token: 'tokenOfTheFirstStep' });
    const other = await answerOf(() => undefined, { executionId: EXECUTION, token: 'tokenOfTheSecondStep' });
    expect([one?.input.Status, other?.input.Status]).toEqual(['FAILURE', 'SUCCESS']);
  });
});

describe('the result API', () => {
  it.each(['ThrottlingException', 'InternalServiceError', 'ServiceUnavailableException'])(
    'is called again after %s',
    async (errorCode) => {
      const status = errorCode === 'ThrottlingException' ? 400 : 500;
      runtime.service.script({ errorCode, status }, { errorCode, status });
      expect((await answerOf(() => undefined))?.input.Status).toBe('SUCCESS');
      expect(runtime.service.calls).toHaveLength(3);
    },
  );

  it.each(['InvalidRequestException', 'ResourceNotFoundException'])(
    'has closed the step already when it says %s after a lost response',
    async (errorCode) => {
      runtime.service.script('lost-response', { errorCode });
      await answerOf(() => undefined);
      expect(runtime.service.calls).toHaveLength(2);
      expect(runtime.lines.join()).toContain('settled already');
    },
  );

  it('refuses: the event is thrown back, so that the answer is given again', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException', message: 'not authorized' });
    const handler = handlerOf(() => undefined);
    const event = workflowStepEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow(/add the statement .*transfer:SendWorkflowStepState/);
    await handler(event, lambdaContext());
    expect(runtime.service.answers).toHaveLength(1);
  });
});

describe('events', () => {
  const event = workflowStepEvent({ token: TOKEN, executionId: EXECUTION });

  it.each([
    ['no file', { ...event, fileLocation: undefined }, 'FAILURE', /does not say where the file is/],
    [
      'a file of a third kind',
      { ...event, fileLocation: { domain: 'FTP', host: 'x' } },
      'FAILURE',
      /where the file is/,
    ],
    [
      'a bucket without a key',
      { ...event, fileLocation: { domain: 'S3', bucket: 'b' } },
      'FAILURE',
      /where the file is/,
    ],
    [
      'numbers for names',
      { ...event, fileLocation: { domain: 'S3', bucket: 7, key: 8 } },
      'FAILURE',
      /where the file is/,
    ],
    ['no domain, but a key', { ...event, fileLocation: { bucket: 'b', key: 'k' } }, 'SUCCESS', /answered/],
    [
      'no user and no server',
      { ...event, serviceMetadata: { executionDetails: event.serviceMetadata.executionDetails } },
      'SUCCESS',
      /answered/,
    ],
    [
      'members that nobody knows',
      { ...event, serviceMetadata: { ...event.serviceMetadata, x: 1 }, y: [2] },
      'SUCCESS',
      /answered/,
    ],
  ])('are answered with %s', async (_what, body, status, line) => {
    await handlerOf(() => undefined)(body, lambdaContext());
    expect(runtime.service.answers.map(({ input }) => [input.Token, input.Status])).toEqual([[TOKEN, status]]);
    expect(runtime.lines.join('\n')).toMatch(line);
  });

  it('whose ids have another form than the API takes are reported all the same, with a warning', async () => {
    await handlerOf(() => undefined)(workflowStepEvent({ workflowId: 'w-example' }), lambdaContext());
    expect(runtime.service.calls).toHaveLength(0);
    expect(runtime.lines.join()).toMatch(/workflowId is not in the form/);
    expect(runtime.lines.join()).toMatch(/InvalidRequestException/);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', TOKEN],
    ['an empty object', {}],
    ['a token alone', { token: TOKEN }],
    ['no token', { ...event, token: '' }],
    ['no execution', { ...event, serviceMetadata: { executionDetails: { workflowId: 'w-1' } } }],
    ['a job of another service', { 'CodePipeline.job': { id: TOKEN } }],
  ])('that hold %s are thrown back without their values', async (_what, body) => {
    const thrown = handlerOf(() => undefined)(body, lambdaContext());
    await expect(thrown).rejects.toBeInstanceOf(InvalidEventError);
    await expect(thrown).rejects.not.toThrow(TOKEN);
  });

  it('bring the file and its people to the logic', async () => {
    let seen: unknown;
    const file = { bucket: 'b', key: 'in/a b.csv', eTag: '"d8e8"', versionId: 'v1' };
    await answerOf(
      (step) => {
        const { key, name, uri, eTag, versionId } = step.file as {
          key: string;
          eTag: string;
          versionId: string;
        } & typeof step.file;
        seen = { key, name, uri, eTag, versionId, user: step.user, server: step.server, execution: step.execution };
      },
      { executionId: EXECUTION, file },
    );
    expect(seen).toEqual({
      key: 'in/a b.csv',
      name: 'a b.csv',
      uri: 's3://b/in/a b.csv',
      eTag: 'd8e8',
      versionId: 'v1',
      user: { name: 'myuser', sessionId: '36688ff5d2deda8c' },
      server: { id: 's-1234567890abcdef0' },
      execution: { id: EXECUTION },
    });
  });

  it('keep their token when a step is printed', async () => {
    let printed = '';
    await answerOf(
      (step) => {
        printed = JSON.stringify(step);
      },
      { token: TOKEN },
    );
    expect(printed).not.toContain(TOKEN);
  });
});

describe('later', () => {
  it('runs again with its state, by the continuation queue, and answers then', async () => {
    const logic: StepLogic<{ rows: number }> = (step) =>
      step.state === undefined
        ? continueAfter({ minutes: 1 }, { rows: 7 })
        : succeed({ summary: `${step.state.rows}` });
    const handler = handlerOf(logic, { state: z.object({ rows: z.number() }) });
    await handler(workflowStepEvent({ token: TOKEN }), lambdaContext());
    expect(runtime.service.answers).toEqual([]);
    expect(putOff()?.input.DelaySeconds).toBe(60);
    runtime.time.advance(60_000);
    expect(await handler(continueFrom(putOff(), undefined), lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(runtime.service.answers.map(({ input }) => [input.Token, input.Status])).toEqual([[TOKEN, 'SUCCESS']]);
  });

  it('is answered by somebody else', async () => {
    let callback: unknown;
    await answerOf(
      (step) => {
        callback = step.callback;
        return defer({ within: { minutes: 2 } });
      },
      { token: TOKEN },
    );
    expect(runtime.service.answers).toEqual([]);
    const completion = await completeWith(runtime, [stepService], callback as never, succeeded());
    expect(completion).toEqual({ decision: 'succeeded', accepted: true, state: 'reported' });
    expect(runtime.service.answers.map(({ input }) => input.Status)).toEqual(['SUCCESS']);
    const late = await completeWith(runtime, [stepService], callback as never, failed('too late'));
    expect(late).toMatchObject({ decision: 'succeeded', accepted: false });
  });

  it('is told by whoever has decided, and by nobody else', async () => {
    await answerOf(async (step) => {
      await completeWith(runtime, [stepService], step.callback, failed('somebody was faster'));
      return fail('slower');
    });
    expect(runtime.service.answers.map(({ input }) => input.Status)).toEqual(['FAILURE', 'FAILURE']);
    expect(runtime.printed).toEqual([expect.stringContaining('somebody was faster')]);
  });

  it('is answered FAILURE when nobody else has answered before the step is over', async () => {
    const handler = handlerOf(() => defer({ within: { hours: 1 } }));
    await handler(workflowStepEvent(), lambdaContext());
    expect(putOff()?.input.DelaySeconds).toBe(295);
    runtime.time.advance(295_000);
    await handler(continueFrom(putOff(), undefined), lambdaContext());
    expect(runtime.service.answers.map(({ input }) => input.Status)).toEqual(['FAILURE']);
    expect(runtime.printed).toEqual([expect.stringMatching(/left to somebody else/)]);
  });

  it('is answered FAILURE by the last resort when the function has died', async () => {
    const event = workflowStepEvent({ token: TOKEN });
    const lastResort = createLastResort([stepService], () => runtime);
    const record = {
      requestContext: {
        requestId: 'r',
        functionArn: 'arn:aws:lambda:us-east-1:1:function:scan',
        condition: 'RetriesExhausted',
      },
      requestPayload: event,
      responsePayload: { errorType: 'Runtime.OutOfMemory', errorMessage: '' },
    };
    const body = JSON.stringify(record);
    expect(await lastResort({ Records: [{ messageId: '1', body }] }, lambdaContext())).toEqual({
      batchItemFailures: [],
    });
    expect(runtime.service.answers.map(({ input }) => [input.Token, input.Status])).toEqual([[TOKEN, 'FAILURE']]);
    expect(runtime.lines.join()).not.toContain(TOKEN);
  });

  it.each([
    ['runs again within its timeout', 290_000, 2],
    ['does not run again after its timeout', 300_000, 1],
  ])('%s', async (_what, later, expectedRuns) => {
    let runs = 0;
    const handler = handlerOf(() => {
      if (++runs === 1) throw new RetryableError('busy');
      return fail('no');
    });
    const event = workflowStepEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow('busy');
    runtime.time.advance(later);
    await handler(event, lambdaContext());
    expect(runs).toBe(expectedRuns);
    expect(runtime.service.answers.map(({ input }) => input.Status)).toEqual(['FAILURE']);
    if (runs === 1) expect(runtime.printed.join()).toMatch(/nobody waits for this step any more/);
  });

  it('is thrown back when the logic asks for it, and answered when it comes again', async () => {
    let runs = 0;
    const handler = handlerOf(() => {
      if (++runs === 1) throw new RetryableError('busy');
    });
    const event = workflowStepEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow('busy');
    expect(runtime.service.answers).toEqual([]);
    await handler(event, lambdaContext());
    expect(runtime.service.answers.map(({ input }) => input.Status)).toEqual(['SUCCESS']);
  });
});

describe('options', () => {
  it('are refused when nobody knows them', () => {
    expect(() => handlerOf(() => undefined, { timeout: 3 } as never)).toThrow(/no option "timeout"/);
  });
});
