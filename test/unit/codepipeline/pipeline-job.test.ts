import { continueAfter, fail, type JobLogic, type PipelineJobOptions, succeed } from 'ringback/codepipeline';
import { lambdaContext, type PipelineJobEventOptions, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { ConfigurationError, InvalidEventError, RetryableError } from '../../../lib/core/errors.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;

beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

/** Runs one job through a handler and gives what CodePipeline was told. */
async function answerOf<Parameters, State>(
  logic: JobLogic<Parameters, State>,
  event: PipelineJobEventOptions = {},
  options: PipelineJobOptions<Parameters, State> = {},
  timeoutMs = 30_000,
) {
  await pipelineJobWith(() => runtime, logic, options)(pipelineJobEvent(event), lambdaContext({ timeoutMs }));
  return runtime.service.answers.at(-1);
}

describe('what the logic returns', () => {
  it('answers success when the logic returns nothing', async () => {
    expect(await answerOf(() => undefined, { id: '00000000-0000-0000-0000-000000000001' })).toEqual({
      operation: 'PutJobSuccessResult',
      input: { jobId: '00000000-0000-0000-0000-000000000001' },
    });
  });

  it('carries variables, summary, progress, run id and revision', async () => {
    const answer = await answerOf(() =>
      succeed({
        variables: { Text: 'a', Number: 7, Object: { a: [1] }, Absent: undefined },
        summary: 'done',
        percentComplete: 120,
        externalExecutionId: 'run-1',
        currentRevision: { revision: 'abc', changeIdentifier: '1', created: new Date(1_500), revisionSummary: 'why' },
      }),
    );
    expect(answer?.input).toMatchObject({
      outputVariables: { Text: 'a', Number: '7', Object: '{"a":[1]}' },
      executionDetails: { summary: 'done', percentComplete: 100, externalExecutionId: 'run-1' },
      currentRevision: { revision: 'abc', changeIdentifier: '1', created: 1.5, revisionSummary: 'why' },
    });
    expect(answer?.input.outputVariables).not.toHaveProperty('Absent');
  });

  it.each([
    [
      'a failure of one of the six types',
      () => fail('not in sync', { type: 'RevisionOutOfSync' }),
      'RevisionOutOfSync',
      /not in sync/,
    ],
    ['a plain failure', () => fail('no'), 'JobFailed', /^no$/],
    [
      'a thrown error',
      () => {
        throw new TypeError('x is undefined');
      },
      'JobFailed',
      /TypeError: x is undefined/,
    ],
    [
      'a thrown text',
      () => {
        throw 'broken';
      },
      'JobFailed',
      /^broken$/,
    ],
    [
      'an error with a cause',
      () => {
        throw new Error('cannot', { cause: new Error('disk full') });
      },
      'JobFailed',
      /cannot; caused by: disk full/,
    ],
    [
      'a configuration error',
      () => {
        throw new ConfigurationError('no url');
      },
      'ConfigurationError',
      /^no url$/,
    ],
    [
      'an SDK error that IAM refused',
      () => {
        throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
      },
      'PermissionError',
      /no/,
    ],
    ['a returned number', () => 42 as never, 'JobFailed', /returned number 42; return succeed/],
    ['a returned object', () => ({ statusCode: 200 }) as never, 'JobFailed', /members statusCode/],
    ['a bad variable name', () => succeed({ variables: { 'a b': '1' } }), 'ConfigurationError', /"a b"/],
    [
      'variables that are too large',
      () => succeed({ variables: { Big: 'x'.repeat(122_880) } }),
      'ConfigurationError',
      /122883 bytes.*Big/,
    ],
    [
      'a run id that is too long',
      () => succeed({ externalExecutionId: 'x'.repeat(1_501) }),
      'ConfigurationError',
      /externalExecutionId.*1501/,
    ],
    ['a misspelt detail', () => succeed({ variable: {} } as never), 'ConfigurationError', /"variable" is none of/],
    ['a state that is no JSON', () => continueAfter({ seconds: 1 }, 1n as never), 'JobFailed', /BigInt/],
  ] as const)('answers %s as a failure', async (_name, logic, type, message) => {
    const answer = await answerOf(logic as JobLogic<unknown, unknown>);
    expect(answer?.operation).toBe('PutJobFailureResult');
    expect(answer?.input.failureDetails).toMatchObject({ type, message: expect.stringMatching(message) });
  });

  it('repairs texts that CodePipeline would refuse', async () => {
    const summary = await answerOf(() => succeed({ summary: `\u001b[31mred\u001b[0m \u0000${'long '.repeat(1_000)}` }));
    expect(summary?.input.executionDetails.summary).toMatch(/^red {2}long/);
    expect(summary?.input.executionDetails.summary).toHaveLength(2_048);
    const message = await answerOf(() => fail(`${'x'.repeat(6_000)} the cause`));
    expect(message?.input.failureDetails.message).toMatch(/^….*the cause$/);
    expect((await answerOf(() => fail('')))?.input.failureDetails.message).toBe('failed without a reason');
  });
});

describe('parameters', () => {
  const reading = async (parameters: unknown, options: PipelineJobOptions<unknown, unknown>) => {
    let seen: unknown = 'logic did not run';
    const answer = await answerOf(
      (job) => {
        seen = job.parameters;
      },
      { parameters },
      options,
    );
    return { seen, message: answer?.input.failureDetails?.message, type: answer?.input.failureDetails?.type };
  };
  const schema = z.object({ url: z.url(), tries: z.number().default(3) });

  it.each([
    ['JSON as JSON', '{"a":1}', {}, { a: 1 }],
    ['other text as text', 'a b', {}, 'a b'],
    ['nothing as undefined', undefined, {}, undefined],
    ['JSON as text where asked', '{"a":1}', { parameters: 'text' }, '{"a":1}'],
    [
      'what a schema makes of it',
      { url: 'http://a.example/' },
      { parameters: schema },
      { url: 'http://a.example/', tries: 3 },
    ],
    ['a raw line break within a JSON text', '{"a":"one\ntwo"}', { parameters: 'json' }, { a: 'one\ntwo' }],
    ['text for a schema of texts', 'hello', { parameters: z.string() }, 'hello'],
    [
      'nothing for a schema whose members are optional',
      undefined,
      { parameters: z.object({ a: z.string().optional() }) },
      {},
    ],
  ] as const)('reads %s', async (_name, parameters, options, expected) => {
    expect(await reading(parameters, options as PipelineJobOptions<unknown, unknown>)).toMatchObject({
      seen: expected,
    });
  });

  it('names each field that does not fit, and no value', async () => {
    const { type, message, seen } = await reading({ url: 'secret-value', tries: 'x' }, { parameters: schema });
    expect(type).toBe('ConfigurationError');
    expect(message).toMatch(/url: .*; tries: /);
    expect(message).not.toContain('secret-value');
    expect(seen).toBe('logic did not run');
  });

  it('says where broken JSON breaks, without repeating it', async () => {
    const { message } = await reading('{"password":"hunter2"', { parameters: schema });
    expect(message).toMatch(/UserParameters is not JSON/);
    expect(message).not.toContain('hunter2');
  });
});

describe('continuation', () => {
  it('hands the state of one run to the next', async () => {
    const token = (await answerOf(() => continueAfter({ seconds: 30 }, { attempt: 1 }, { percentComplete: 5 })))?.input;
    expect(token).toMatchObject({ continuationToken: expect.any(String), executionDetails: { percentComplete: 5 } });
    runtime.time.advance(30_000);
    let seen: unknown;
    await answerOf(
      (job) => {
        seen = [job.run, job.state];
      },
      { continuationToken: token.continuationToken },
    );
    expect(seen).toEqual([2, { attempt: 1 }]);
  });

  it('keeps a state that is too large for the token in the ledger', async () => {
    const state = { text: 'ä'.repeat(50_000) };
    const token = (await answerOf(() => continueAfter({ seconds: 1 }, state)))?.input.continuationToken;
    expect(token.length).toBeLessThanOrEqual(2_048);
    runtime.time.advance(30_000);
    let seen: unknown;
    await answerOf(
      (job) => {
        seen = job.state;
      },
      { continuationToken: token },
    );
    expect(seen).toEqual(state);
  });

  it('does not run the logic before its delay has passed', async () => {
    const token = (await answerOf(() => continueAfter({ minutes: 5 }, 'kept')))?.input.continuationToken;
    runtime.time.advance(60_000);
    const early = await answerOf(() => fail('ran too early'), { continuationToken: token });
    expect(early).toMatchObject({ operation: 'PutJobSuccessResult', input: { continuationToken: token } });
    runtime.time.advance(240_000);
    expect(
      (await answerOf((job) => fail(String(job.state)), { continuationToken: token }))?.input.failureDetails.message,
    ).toBe('kept');
  });

  it('answers a state that does not fit its schema as a configuration failure', async () => {
    const token = (await answerOf(() => continueAfter({ seconds: 1 }, { attempt: 'one' })))?.input.continuationToken;
    runtime.time.advance(30_000);
    const answer = await answerOf(
      () => undefined,
      { continuationToken: token },
      { state: z.object({ attempt: z.number() }) },
    );
    expect(answer?.input.failureDetails).toMatchObject({
      type: 'ConfigurationError',
      message: expect.stringMatching(/attempt: /),
    });
  });
});

describe('the answer', () => {
  it('is given once for a delivery that comes twice, and the logic runs once', async () => {
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => void runs++,
    );
    const event = pipelineJobEvent();
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
    expect(new Set(runtime.service.answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('is repeated while CodePipeline throttles, breaks or loses it', async () => {
    runtime.service.script(
      { errorCode: 'ThrottlingException' },
      { errorCode: 'InternalFailure', status: 500 },
      'lost-response',
      { errorCode: 'InvalidJobStateException' },
    );
    await answerOf(() => undefined);
    expect(runtime.service.calls).toHaveLength(4);
    expect(runtime.service.answers).toHaveLength(1);
  });

  it('becomes a failure where CodePipeline calls the success invalid', async () => {
    runtime.service.script({ errorCode: 'ValidationException', message: 'no such thing' });
    const answer = await answerOf(() => succeed({ summary: 'fine' }));
    expect(answer?.input.failureDetails.message).toMatch(/refused as invalid.*no such thing/);
  });

  it('throws, naming the statement to add, when the role may not give it', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException', message: 'User is not authorized' });
    await expect(answerOf(() => undefined)).rejects.toThrow(
      /"Action":"codepipeline:PutJobSuccessResult","Resource":"\*"/,
    );
  });

  it('reports the stored decision at the redelivery when it could not be given', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        runs++;
        return fail('the first decision');
      },
    );
    const event = pipelineJobEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow(/lacks a permission/);
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
    expect(runtime.service.answers.at(-1)?.input.failureDetails.message).toBe('the first decision');
  });

  it('comes before the timeout when the logic does not end, and late work changes nothing', async () => {
    const late = Promise.withResolvers<void>();
    let aborted: unknown;
    const answer = await answerOf(
      async (job) => {
        job.signal.addEventListener('abort', () => {
          aborted = job.signal.reason;
        });
        await late.promise;
        return succeed();
      },
      {},
      {},
      400,
    );
    late.resolve();
    expect(answer?.input.failureDetails.message).toMatch(/did not end within 0\.3 s/);
    expect(aborted).toMatchObject({ code: 'DEADLINE' });
    expect(runtime.service.answers).toHaveLength(1);
  });

  it('survives a promise that nobody waits for', async () => {
    const answer = await answerOf(async () => {
      void Promise.reject(new Error('forgotten'));
      await new Promise((resolve) => setImmediate(resolve));
      return succeed({ summary: 'fine' });
    });
    expect(answer?.input.executionDetails.summary).toBe('fine');
    expect(runtime.lines.join('\n')).toContain('forgotten');
  });

  it('waits for a retry where the logic asks for one and a last resort stands by', async () => {
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        if (++runs === 1) throw new RetryableError('not yet');
      },
    );
    const event = pipelineJobEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow('not yet');
    expect(runtime.service.answers).toHaveLength(0);
    await handler(event, lambdaContext());
    expect(runtime.service.answers.map((answer) => answer.operation)).toEqual(['PutJobSuccessResult']);
  });
});

describe('what is no job, or a broken one', () => {
  it.each([
    [null, /got null/],
    ['text', /a string/],
    [[1], /an array of 1/],
    [{ Records: [], secret: 'hunter22' }, /members "Records", "secret"/],
    [{ 'CodePipeline.job': {} }, /without an id/],
  ])('refuses %j', async (event, message) => {
    const handler = pipelineJobWith(
      () => runtime,
      () => undefined,
    );
    const refusal = handler(event, lambdaContext());
    await expect(refusal).rejects.toBeInstanceOf(InvalidEventError);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.not.toThrow('hunter22');
  });

  it('answers a job with an id and broken data as a configuration failure', async () => {
    const handler = pipelineJobWith(
      () => runtime,
      () => undefined,
    );
    await handler(
      { 'CodePipeline.job': { id: '00000000-0000-0000-0000-000000000002', data: 'broken' } },
      lambdaContext(),
    );
    expect(runtime.service.answers[0]?.input.failureDetails.type).toBe('ConfigurationError');
  });

  it.each([
    [
      'an artifact that the action does not have',
      (job: { inputArtifact(name?: string): unknown }) => job.inputArtifact('Other'),
      /no input artifact "Other"; it has: Source/,
    ],
    [
      'an output where there is none',
      (job: { outputArtifact(): unknown }) => job.outputArtifact(),
      /no output artifact/,
    ],
  ] as const)('answers asking for %s as a configuration failure', async (_name, ask, message) => {
    const answer = await answerOf((job) => void ask(job), {
      inputArtifacts: [{ name: 'Source', bucket: 'bucket', key: 'key' }],
    });
    expect(answer?.input.failureDetails).toMatchObject({
      type: 'ConfigurationError',
      message: expect.stringMatching(message),
    });
  });
});

describe('secrets', () => {
  it('appear in no log line, failure message or printed job', async () => {
    const event = pipelineJobEvent();
    const { secretAccessKey, sessionToken } = event['CodePipeline.job'].data.artifactCredentials;
    let printed = '';
    const handler = pipelineJobWith(
      () => runtime,
      (job) => {
        printed = JSON.stringify(job);
        job.log.error('leaking', { event, text: `the key is ${secretAccessKey}` });
        throw new Error(`could not use ${sessionToken}`);
      },
    );
    await handler(event, lambdaContext());
    const everything = [...runtime.lines, printed, JSON.stringify(runtime.service.calls)].join('\n');
    expect(everything).toContain('[withheld]');
    expect(everything).not.toContain(secretAccessKey);
    expect(everything).not.toContain(sessionToken);
  });
});
