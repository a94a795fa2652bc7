import { continueAfter, fail, type JobLogic, succeed } from 'ringback/codepipeline';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../../lib/core/errors.ts';
import { answerOf, eachTestHasARuntime } from './run-job.ts';

eachTestHasARuntime();

describe('what the logic returns', () => {
  it('answers success when the logic returns nothing', async () => {
    expect(await answerOf(() => undefined, { id: '00000000-0000-0000-0000-000000000001' })).toEqual({
      operation: 'PutJobSuccessResult',
      input: { jobId: '00000000-0000-0000-0000-000000000001' },
    });
  });

  it('leaves out what is empty', async () => {
    const nothing = { summary: '', externalExecutionId: '', percentComplete: null, currentRevision: null };
    const answer = await answerOf(() => succeed({ ...nothing, variables: { A: undefined } } as never));
    expect(Object.keys(answer?.input)).toEqual(['jobId']);
  });

  it('takes progress that is a share of nothing for none, and tells other numbers that are none as they are', async () => {
    const variables = { A: Number.NaN, B: [Number.POSITIVE_INFINITY] } as never;
    const answer = await answerOf(() => succeed({ percentComplete: 0 / 0, variables }));
    expect(answer?.input).toEqual({
      jobId: expect.any(String),
      outputVariables: { A: 'NaN', B: '["Infinity"]' },
    });
  });

  it.each<[what: string, value: unknown, reason: string]>([
    ['a function that nobody called', () => 'v1', '"A" is a function, which JSON does not hold; write what it returns'],
    ['a class', class Version {}, '"A" is a function, which JSON does not hold; write what it returns'],
    [
      'a function within',
      { deep: [Math.random] },
      '"0" is a function, which JSON does not hold; write what it returns',
    ],
    ['a symbol', Symbol('v1'), '"A" is a symbol, which JSON does not hold; write a text'],
    ['a BigInt', 5n, '"A" is a BigInt, which JSON does not hold; write its text, String(number)'],
  ])('refuses %s as a variable or a state, naming it', async (_what, value, reason) => {
    const told = (answer: Awaited<ReturnType<typeof answerOf>>) => answer?.input.failureDetails.message;
    expect(told(await answerOf(() => succeed({ variables: { A: value } as never })))).toContain(reason);
    expect(told(await answerOf(() => continueAfter({ seconds: 30 }, { A: value } as never)))).toContain(reason);
  });

  it('leaves out of a failure what JSON does not hold, and tells the rest', async () => {
    const details = { type: 'ConfigurationError', externalExecutionId: 5n } as never;
    const answer = await answerOf(() => fail('no', details));
    expect(answer?.input.failureDetails).toEqual({ type: 'ConfigurationError', message: 'no' });
  });

  it.each([
    ['carries', 'r'.repeat(1_500), 'r'.repeat(1_500)],
    ['leaves out what is too long for', 'r'.repeat(1_501), undefined],
    ['leaves out what is empty of', '', undefined],
    ['leaves out what is no text of', 7 as never, undefined],
  ])('%s the run id of a failure', async (_what, externalExecutionId, told) => {
    const answer = await answerOf(() => fail('no', { externalExecutionId }));
    expect(answer?.input.failureDetails).toEqual({ type: 'JobFailed', message: 'no', externalExecutionId: told });
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
      'a bad variable name without end, shortened',
      () => succeed({ variables: { ['a b '.repeat(50)]: '1' } }),
      'ConfigurationError',
      /name "(a b ){25}" is not/,
    ],
    [
      'variables that are a text',
      () => succeed({ variables: 'A=1' as never }),
      'ConfigurationError',
      /variables must be an object of names and values, but is a text of 3 characters$/,
    ],
    [
      'variables that are a list',
      () => succeed({ variables: ['A'] as never }),
      'ConfigurationError',
      /variables must be .*, but is of type array$/,
    ],
    [
      'variables that are too large',
      () => succeed({ variables: { A: 'x', Big: 'x'.repeat(122_880), Z: 'xy' } }),
      'ConfigurationError',
      /122888 bytes.*the largest is Big with 122880;/,
    ],
    [
      'a run id that is too long',
      () => succeed({ externalExecutionId: 'x'.repeat(1_501) }),
      'ConfigurationError',
      /externalExecutionId.*1501/,
    ],
    [
      'a run id that is a number',
      () => succeed({ externalExecutionId: 7 as never }),
      'ConfigurationError',
      /externalExecutionId must be a text of 1 to 1500 characters, but is of type number$/,
    ],
    [
      'a revision without a name',
      () => succeed({ currentRevision: { revision: '', changeIdentifier: '1' } }),
      'ConfigurationError',
      /currentRevision\.revision must be .*, but is an empty text$/,
    ],
    [
      'a revision without a change',
      () => succeed({ currentRevision: { revision: 'abc', changeIdentifier: null as never } }),
      'ConfigurationError',
      /currentRevision\.changeIdentifier must be .*, but is null$/,
    ],
    [
      'a revision of no time',
      () => succeed({ currentRevision: { revision: 'abc', changeIdentifier: '1', created: 'yesterday' as never } }),
      'ConfigurationError',
      /currentRevision\.created is not a time: a text of 9 characters$/,
    ],
    [
      'a percentage that is no number',
      () => succeed({ percentComplete: 'half' as never }),
      'ConfigurationError',
      /percentComplete must be a number from 0 to 100, but is a text of 4 characters$/,
    ],
    [
      'a misspelt detail',
      () => succeed({ variable: {} } as never),
      'ConfigurationError',
      /"variable" is none of variables, summary, /,
    ],
    [
      'variables of a job that goes on',
      () => continueAfter({ seconds: 1 }, null, { variables: { A: 1 } }),
      'JobFailed',
      /variables go with the last answer only/,
    ],
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
