import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AwsCallError } from '../../../lib/aws/index.ts';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { callResultApi } from '../../../lib/core/call-result-api.ts';
import { AnswerNotGivenError } from '../../../lib/core/errors.ts';
import type { Ticket } from '../../../lib/core/ledger/entry.ts';
import type { CallableService } from '../../../lib/core/service.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await runtime.close();
});

const ID = '00000000-0000-0000-0000-00000000000';
const ticket = { region: 'us-east-1', data: { jobId: `${ID}1` } };
const newer = { region: 'us-east-1', data: { jobId: `${ID}2`, token: 'newer-secret-token' } };
const down = { errorCode: 'InternalServerError', status: 500 };
const refused = { errorCode: 'InvalidClientTokenException' };

const refusedRead = {
  code: 'AccessDeniedException',
  fault: 'client',
  action: 'secretsmanager:GetSecretValue',
} as const;

/** Gives nothing, while so many milliseconds pass. */
function neverIn(ms: number): () => Promise<never> {
  return () => {
    setImmediate(() => vi.advanceTimersByTime(ms));
    return new Promise(() => undefined);
  };
}

/** Tells it for ten seconds at most. */
function tell(service: Partial<CallableService> = {}, added: unknown[] = []) {
  const whole: CallableService = { ...jobService, ...service };
  const request = (asked: Ticket) => whole.request(asked, { kind: 'succeeded', details: {} } as never);
  const secrets = { add: (...texts: (string | undefined)[]) => void added.push(...texts) };
  return callResultApi({ service: whole, ticket, request, secrets }, runtime, runtime.time.now() + 10_000);
}
const told = () => runtime.service.answers.map(({ input }) => input.jobId);

describe('what a service is told', () => {
  it.each([
    ['arrives at once', [], { arrival: 'taken', retries: 0 }],
    ['arrives at the third try', [down, down], { arrival: 'taken', retries: 2 }],
    ['finds it closed', [{ errorCode: 'InvalidJobStateException' }], { arrival: 'settled', retries: 0 }],
    [
      'finds it closed at the second try',
      [down, { errorCode: 'JobNotFoundException' }],
      { arrival: 'settled', retries: 1 },
    ],
  ])('%s', async (_what, script, expected) => {
    runtime.service.script(...script);
    expect(await tell()).toEqual(expected);
    expect(told()).toEqual(expected.arrival === 'taken' ? [`${ID}1`] : []);
  });

  it('is told once more with a newer token where there is one, which is a secret, too', async () => {
    runtime.service.script(down, refused, down);
    const added: unknown[] = [];
    const asked: unknown[] = [];
    const renew = async (old: Ticket, code: string) => {
      asked.push([old, code]);
      return newer;
    };
    expect(await tell({ renew, secretMembers: ['token'] }, added)).toEqual({ arrival: 'taken', retries: 3 });
    expect(asked).toEqual([[ticket, 'InvalidClientTokenException']]);
    expect(told()).toEqual([`${ID}2`]);
    expect(added).toEqual(['newer-secret-token']);
  });

  it.each<[string, Partial<CallableService>]>([
    ['there are no newer ones', {}],
    ['there is no newer one', { renew: async () => undefined }],
  ])('is not given where its token is refused and %s', async (_what, service) => {
    runtime.service.script({ ...refused, message: 'who are you?' });
    const telling = tell(service);
    await expect(telling).rejects.toThrow(/^the job is not answered: .*who are you\?/);
    await expect(telling).rejects.toBeInstanceOf(AnswerNotGivenError);
    await expect(telling).rejects.toMatchObject({ cause: expect.any(AwsCallError) });
    expect(told()).toEqual([]);
  });

  it.each<[string, NonNullable<CallableService['renew']>, RegExp]>([
    ['cannot be had', () => Promise.reject(new TypeError('the vault is sealed')), /TypeError: the vault is sealed$/],
    [
      'is refused itself',
      () => Promise.reject(new AwsCallError('no', refusedRead)),
      /could not be had: AwsCallError: no$/,
    ],
    ['never comes', neverIn(10_000), /could not be had: nobody gave one within 10\.0 s$/],
  ])('is not given where its token is refused and a newer one %s', async (_what, renew, why) => {
    runtime.service.script({ ...refused, message: 'who are you?' });
    const telling = tell({ renew });
    await expect(telling).rejects.toThrow(why);
    await expect(telling).rejects.toThrow(/^the job is not answered: .*who are you\?; a newer token/);
    await expect(telling).rejects.toBeInstanceOf(AnswerNotGivenError);
    await expect(telling).rejects.toMatchObject({ cause: { code: 'InvalidClientTokenException' } });
  });

  it('is not given where a permission is missing, and the error holds the statement to add', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException', message: 'not authorized' });
    await expect(tell()).rejects.toThrow(
      /^the job is not answered, because the function's role lacks a permission: add the statement \{"Effect":"Allow","Action":"codepipeline:PutJobSuccessResult","Resource":"\*"\} \(.*not authorized.*\)$/,
    );
  });

  it('ends with whatever else goes wrong on the way, as it is', async () => {
    const bug = new TypeError('a bug');
    runtime = Object.assign(runtime, {
      connect: () => {
        throw bug;
      },
    });
    await expect(tell()).rejects.toBe(bug);
  });
});
