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
