import { continueAfter, defer, fail, PermissionError, succeed } from 'ringback/codepipeline';
import { executorJobEvent, lambdaContext, type PolledJobOptions } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type ActionExecutorLogic,
  type ActionExecutorOptions,
  actionExecutorWith,
} from '../../../../lib/codepipeline/worker/action-executor.ts';
import { completeWith } from '../../../../lib/core/complete.ts';
import { services } from '../../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(async () => {
  expect(runtime.service.calls).toEqual([]);
  await runtime.close();
});

function answerOf<Parameters, State>(
  logic: ActionExecutorLogic<Parameters, State>,
  event: PolledJobOptions = {},
  options: ActionExecutorOptions<Parameters, State> = {},
) {
  return actionExecutorWith(() => runtime, logic, options)(executorJobEvent(event), lambdaContext());
}

describe('an action executor answers by what it returns:', () => {
  it.each([
    ['success', (): undefined => undefined, { result: 'Success', failureType: null, continuation: null, status: {} }],
    [
      'success with variables, summary and id',
      () => succeed({ variables: { A: 1 }, summary: 'done', externalExecutionId: 'x' }),
      {
        result: 'Success',
        failureType: null,
        continuation: null,
        status: { externalExecutionId: 'x', summary: 'done' },
        outputVariables: { A: '1' },
      },
    ],
    [
      'failure',
      () => fail('no', { type: 'RevisionOutOfSync' }),
      { result: 'Fail', failureType: 'RevisionOutOfSync', continuation: null, status: { summary: 'no' } },
    ],
    [
      'a missing permission, in the plural',
      () => {
        throw new PermissionError('may not');
      },
      { result: 'Fail', failureType: 'PermissionsError', continuation: null, status: { summary: 'may not' } },
    ],
    [
      'variables that are too large',
      () => succeed({ variables: { Big: 'x'.repeat(122_880) } }),
      {
        result: 'Fail',
        failureType: 'ConfigurationError',
        continuation: null,
        status: { summary: expect.stringContaining('122883 bytes') },
      },
    ],
  ] as [string, ActionExecutorLogic<unknown, unknown>, object][])('%s', async (_case, logic, expected) => {
    expect(await answerOf(logic)).toEqual(expected);
  });

  it('shortens a long reason to what a summary holds, keeping its end', async () => {
    const { status } = await answerOf(() => fail(`${'x'.repeat(5_000)} the cause`));
    expect(status.summary).toHaveLength(2_048);
    expect(status.summary).toMatch(/ the cause$/);
  });

  it('continues, and finds its state when it is invoked again', async () => {
    const logic: ActionExecutorLogic<unknown, { n: number }> = ({ state }) =>
      state === undefined ? continueAfter({ seconds: 0 }, { n: 1 }) : succeed({ summary: `run ${state.n + 1}` });
    const { result, continuation } = await answerOf(logic);
    expect(result).toBe('Continue');
    expect(await answerOf(logic, { continuationToken: continuation ?? '' })).toMatchObject({
      result: 'Success',
      status: { summary: 'run 2' },
    });
  });

  it('reads its configuration flat, or wrapped as the guide has it in its text', async () => {
    const options = { parameters: z.object({ Count: z.coerce.number() }) };
    const logic = ({ parameters }: { parameters: { Count: number } }) => succeed({ summary: String(parameters.Count) });
    expect((await answerOf(logic, { configuration: { Count: '3' } }, options)).status.summary).toBe('3');
    const event = executorJobEvent();
    const wrapped = { ...event, data: { ...event.data, actionConfiguration: { configuration: { Count: '4' } } } };
    const handler = actionExecutorWith(() => runtime, logic, options);
    expect((await handler(wrapped, lambdaContext())).status.summary).toBe('4');
  });

  it('returns the same answer to the same job, and runs once', async () => {
    let runs = 0;
    const logic = () => succeed({ summary: `run ${++runs}` });
    const id = '00000000-0000-0000-0000-000000000001';
    expect([await answerOf(logic, { id }), await answerOf(logic, { id })]).toMatchObject([
      { status: { summary: 'run 1' } },
      { status: { summary: 'run 1' } },
    ]);
  });

  it('returns what somebody else completed, once it is invoked again', async () => {
    let callback: Parameters<typeof completeWith>[2] = '';
    const logic: ActionExecutorLogic<unknown, unknown> = (job) => {
      callback = job.callback;
      return defer({ within: { hours: 1 } });
    };
    const { continuation } = await answerOf(logic);
    const completion = await completeWith(runtime, services, callback, succeed({ summary: 'signed' }));
    expect(completion).toMatchObject({ accepted: true, state: 'waiting' });
    expect(await answerOf(logic, { continuationToken: continuation ?? '' })).toMatchObject({
      result: 'Success',
      status: { summary: 'signed' },
    });
    expect(await runtime.ledger.list(Infinity)).toMatchObject([{ state: { kind: 'decided', reported: true } }]);
  });

  it('fails where a later run has taken over, so that nobody takes what it returns for an answer', async () => {
    const logic = () => continueAfter({ seconds: 0 });
    const first = executorJobEvent();
    const handler = actionExecutorWith(() => runtime, logic);
    const { continuation } = await handler(first, lambdaContext());
    await answerOf(logic, { continuationToken: continuation ?? '' });
    await expect(handler(first, lambdaContext())).rejects.toThrow(/the job was left without a decision/);
  });

  it('refuses an event of another kind by its member names alone', async () => {
    const handler = actionExecutorWith(
      () => runtime,
      () => undefined,
    );
    await expect(handler({ secret: 'hush-hush' }, lambdaContext())).rejects.toThrow(/"secret"/);
    await expect(handler({ secret: 'hush-hush' }, lambdaContext())).rejects.not.toThrow(/hush/);
  });
});
