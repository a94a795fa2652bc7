import { ConfigurationError } from 'ringback';
import { fail, succeed, type ThirdPartyJobWorkerLogic } from 'ringback/codepipeline';
import { lambdaContext, polledJob, scheduledEvent, workerJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { ClientTokens } from '../../../../lib/codepipeline/worker/client-tokens.ts';
import { thirdPartyJobWorkerWith } from '../../../../lib/codepipeline/worker/third-party-job-worker.ts';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

const actionType = { category: 'Test', provider: 'Partner' } as const;
const clientId = '00000000-0000-0000-0000-00000000c11e';
const clientToken = 'a-client-token-of-32-characters!';
const id = '00000000-0000-0000-0000-000000000001';
let runtime: TestRuntime;

beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(async () => {
  vi.useRealTimers();
  await runtime.close();
});

type Logic = ThirdPartyJobWorkerLogic<Readonly<Record<string, string>>, unknown>;

function worker(logic: Logic = () => undefined, clientTokens: ClientTokens = () => clientToken) {
  return thirdPartyJobWorkerWith(() => runtime, logic, { actionType, clientTokens });
}

/** Logic during which the client's token is replaced, so that the report meets a refusal. */
const replaceToken: Logic = () => {
  runtime.service.script({ errorCode: 'InvalidClientTokenException' });
};

const operations = () => runtime.service.calls.map(({ operation }) => operation);

describe('a third-party worker', () => {
  it("hands over each job whole, with its client's token", async () => {
    const asked: string[] = [];
    runtime.service.offered.push({ clientId, jobId: id });
    runtime.service.jobDetails = polledJob({ id, nonce: '4' });
    await worker(undefined, (client) => {
      asked.push(client);
      return clientToken;
    })(scheduledEvent(), lambdaContext());
    expect(asked).toEqual([clientId]);
    expect(operations().slice(0, 2)).toEqual(['PollForThirdPartyJobs', 'GetThirdPartyJobDetails']);
    expect(runtime.service.invocations).toMatchObject([{ 'ringback.job': { job: { id, nonce: '4' }, clientToken } }]);
  });

  it('leaves the job of an unknown client alone, and goes on with the others', async () => {
    runtime.service.offered.push({ clientId: 'unknown', jobId: 'x' }, { clientId, jobId: id });
    runtime.service.jobDetails = polledJob({ id });
    const known = (client: string) => (client === clientId ? clientToken : undefined);
    await worker(undefined, known)(scheduledEvent(), lambdaContext());
    expect(runtime.service.invocations).toHaveLength(1);
    expect(runtime.lines.join()).toContain('unknown client');
  });

  it.each([
    ['ten seconds', 60_000, /clientTokens gave nothing for the client slow within 10\.0 s/],
    ['the end of the invocation', 9_000, /no token of the client slow was given within 7\.0 s/],
  ])('leaves the job of a client alone whose token has not come by %s', async (_when, timeoutMs, why) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const context = lambdaContext({ timeoutMs, now: () => runtime.time.now() });
    runtime.service.offered.push({ clientId: 'slow', jobId: 'x' }, { clientId, jobId: id });
    runtime.service.jobDetails = polledJob({ id });
    const handler = worker(undefined, (client) => {
      if (client === clientId) return clientToken;
      setImmediate(() => vi.advanceTimersByTime(10_000));
      return new Promise(() => undefined);
    });
    await handler(scheduledEvent(), context);
    expect(runtime.service.invocations).toHaveLength(1);
    expect(runtime.lines.join()).toContain('it is left alone');
    expect(runtime.lines.join()).toMatch(why);
  });

  it('looks for a newer token where CodePipeline does not accept the one it has', async () => {
    const asked: unknown[] = [];
    runtime.service.offered.push({ clientId, jobId: id });
    runtime.service.jobDetails = polledJob({ id });
    const tokens = ['an-old-client-token', clientToken];
    // The poll itself goes well; the call behind it, which brings the first token, does not.
    const handler = worker(undefined, (client, refused) => {
      asked.push([client, refused]);
      if (refused === undefined) runtime.service.script({ errorCode: 'InvalidClientTokenException' });
      return tokens.shift();
    });
    await handler(scheduledEvent(), lambdaContext());
    expect(asked).toEqual([
      [clientId, undefined],
      [clientId, 'an-old-client-token'],
    ]);
    expect(runtime.service.invocations).toMatchObject([{ 'ringback.job': { clientToken } }]);
    expect(runtime.lines.join()).not.toContain('an-old-client-token');
  });

  it('says once that a token is not accepted, and asks no further', async () => {
    runtime.service.offered.push({ clientId, jobId: id });
    const handler = worker(undefined, (_client, refused) => {
      if (refused === undefined) runtime.service.script({ errorCode: 'InvalidClientTokenException' });
      return clientToken;
    });
    await handler(scheduledEvent(), lambdaContext());
    expect(operations().filter((operation) => operation === 'GetThirdPartyJobDetails')).toHaveLength(1);
    expect(runtime.lines).toEqual([expect.stringContaining("does not accept its client's token")]);
  });

  it('tries one newer token, however many there are', async () => {
    let given = 0;
    runtime.service.offered.push({ clientId, jobId: id });
    const handler = worker(undefined, () => {
      runtime.service.script({ errorCode: 'InvalidClientTokenException' });
      return `a-token-that-does-not-hold-${++given}`;
    });
    await handler(scheduledEvent(), lambdaContext());
    expect(given).toBe(2);
    expect(runtime.lines).toEqual([expect.stringContaining('it is left alone')]);
  });

  it('fails where no client token can be had at all, with one line in the log', async () => {
    runtime.service.offered.push({ clientId, jobId: id }, { clientId, jobId: `${id.slice(0, -1)}2` });
    const handler = worker(undefined, () => {
      throw new ConfigurationError('the secret must be a JSON object');
    });
    await expect(handler(scheduledEvent(), lambdaContext())).rejects.toThrow('the secret must be a JSON object');
    expect(runtime.lines).toEqual([expect.stringContaining('could not poll')]);
  });

  it('answers with a newer token where the one it acknowledged with has been replaced', async () => {
    const newer = 'a-newer-client-token-of-this-client';
    const asked: unknown[] = [];
    const handler = worker(replaceToken, (client, refused) => {
      asked.push([client, refused]);
      return newer;
    });
    await handler(workerJobEvent({ id, clientToken, clientId }), lambdaContext());
    expect(asked).toEqual([[clientId, clientToken]]);
    expect(runtime.service.calls.map(({ operation, input }) => [operation, input.clientToken])).toEqual([
      ['AcknowledgeThirdPartyJob', clientToken],
      ['PutThirdPartyJobSuccessResult', clientToken],
      ['PutThirdPartyJobSuccessResult', newer],
    ]);
    expect(runtime.lines.join()).not.toMatch(new RegExp(`${newer}|${clientToken}`));
    expect(runtime.lines.at(-1)).toContain('"retries":1');
  });

  it.each([
    ['no text', 7],
    ['empty', ''],
  ])('asks for no newer token where the client is %s', async (_case, client) => {
    const asked = vi.fn();
    const event = { 'ringback.job': { ...workerJobEvent({ id, clientToken })['ringback.job'], clientId: client } };
    await expect(worker(replaceToken, asked)(event, lambdaContext())).rejects.toThrow(/InvalidClientToken/);
    expect(asked).not.toHaveBeenCalled();
  });

  it.each([
    ['no text', 7],
    ['empty', ''],
  ])('refuses a job whose client token is %s', async (_case, token) => {
    const event = { 'ringback.job': { ...workerJobEvent({ id })['ringback.job'], clientToken: token } };
    await expect(worker()(event, lambdaContext())).rejects.toThrow(/got .*"ringback.job"/);
    expect(operations()).toEqual([]);
  });

  it('is tried again where there is no newer token', async () => {
    const again = worker(replaceToken)(workerJobEvent({ id, clientToken, clientId }), lambdaContext());
    await expect(again).rejects.toThrow(/InvalidClientToken/);
    expect(operations()).toEqual(['AcknowledgeThirdPartyJob', 'PutThirdPartyJobSuccessResult']);
  });

  it('acknowledges and answers with the token, and shows it to nobody', async () => {
    const logic: Logic = (job) => {
      job.log.info(`the token is ${clientToken}`);
      return succeed({ summary: 'fine' });
    };
    await worker(logic)(workerJobEvent({ id, nonce: '4', clientToken }), lambdaContext());
    expect(runtime.service.calls).toEqual([
      { operation: 'AcknowledgeThirdPartyJob', input: { jobId: id, nonce: '4', clientToken } },
      {
        operation: 'PutThirdPartyJobSuccessResult',
        input: { jobId: id, clientToken, executionDetails: { summary: 'fine' } },
      },
    ]);
    expect(runtime.lines.join()).not.toContain(clientToken);
  });

  it('cannot return output variables: neither in its type, nor when it runs', async () => {
    expectTypeOf(succeed({ summary: 'x' })).toExtend<ReturnType<Logic>>();
    expectTypeOf(succeed({ variables: { A: 1 } })).not.toExtend<ReturnType<Logic>>();
    const logic = (() => succeed({ variables: { A: 1 } })) as unknown as Logic;
    await worker(logic)(workerJobEvent({ id, clientToken }), lambdaContext());
    expect(runtime.service.answers.at(-1)).toMatchObject({
      operation: 'PutThirdPartyJobFailureResult',
      input: {
        failureDetails: { type: 'ConfigurationError', message: expect.stringContaining('no output variables') },
      },
    });
  });

  it('keeps the reason of a failure with which JavaScript returns output variables', async () => {
    const logic = (() => fail('not licensed', { variables: { A: 1 } } as object)) as unknown as Logic;
    await worker(logic)(workerJobEvent({ id, clientToken }), lambdaContext());
    expect(runtime.service.answers.at(-1)?.input.failureDetails).toEqual({
      type: 'JobFailed',
      message: 'fail has no detail "variables"; it has type, externalExecutionId; the reason was: not licensed',
    });
  });

  it('refuses to be made without a source of client tokens', () => {
    expect(() => worker(undefined, {} as never)).toThrow(/clientTokens must be a function/);
  });
});
