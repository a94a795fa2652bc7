import { succeed, type ThirdPartyJobWorkerLogic } from 'ringback/codepipeline';
import { lambdaContext, polledJob, scheduledEvent, workerJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import type { ClientTokens } from '../../../../lib/codepipeline/worker/client-tokens.ts';
import { createClientTokenLookup } from '../../../../lib/codepipeline/worker/client-tokens.ts';
import { thirdPartyJobWorkerWith } from '../../../../lib/codepipeline/worker/third-party-job-worker.ts';
import { createIdentity } from '../../../../lib/local/identity/identity.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';
import { localKernel } from '../../local/template/local-kernel.ts';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

const actionType = { category: 'Test', provider: 'Partner' } as const;
const clientId = '00000000-0000-0000-0000-00000000c11e';
const clientToken = 'a-client-token-of-32-characters!';
const id = '00000000-0000-0000-0000-000000000001';
let runtime: TestRuntime;

beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

type Logic = ThirdPartyJobWorkerLogic<Readonly<Record<string, string>>, unknown>;

function worker(logic: Logic = () => undefined, clientTokens: ClientTokens = () => clientToken) {
  return thirdPartyJobWorkerWith(() => runtime, logic, { actionType, clientTokens });
}

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

  it('claims and answers with the token, and shows it to nobody', async () => {
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

  it('refuses to be made without a source of client tokens', () => {
    expect(() => worker(undefined, {} as never)).toThrow(/clientTokens must be a function/);
  });
});

describe('client tokens in a secret', () => {
  let secret: Record<string, string>;
  let reads: number;
  let wire: Awaited<ReturnType<typeof createWire>>;

  beforeEach(async () => {
    secret = { [clientId]: clientToken };
    reads = 0;
    const shared = localKernel();
    const kernel = { ...shared, identity: createIdentity(shared) };
    const GetSecretValue = () => {
      reads++;
      return { SecretString: JSON.stringify(secret) };
    };
    const json = { targetPrefix: 'secretsmanager', jsonVersion: '1.1', operations: { GetSecretValue } } as const;
    wire = await createWire({ kernel, port: 0, services: [{ name: 'secretsmanager', json }], interceptors: [] });
  });
  afterEach(() => wire.close());

  const lookup = () =>
    createClientTokenLookup(
      { secretId: 'tokens', maxAgeSeconds: 60 },
      { connection: { ...runtime.connection, endpoint: () => new URL(wire.endpoint) }, time: runtime.time },
    );

  it('are read once, and again when they have become old', async () => {
    const find = lookup();
    expect([await find(clientId), await find(clientId)]).toEqual([clientToken, clientToken]);
    expect(reads).toBe(1);
    runtime.time.advance(61_000);
    await find(clientId);
    expect(reads).toBe(2);
  });

  it('are read again for a client that has connected since', async () => {
    const find = lookup();
    await find(clientId);
    secret.newcomer = 'another-token';
    runtime.time.advance(10_000);
    expect(await find('newcomer')).toBe('another-token');
  });
});
