import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { fakeTime } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restingChain } from '../../../lib/aws/credential-chain.ts';
import { type AwsCredentials, type CredentialProvider, callJson, createConnection } from '../../../lib/aws/index.ts';

const CODEPIPELINE = { service: 'codepipeline', targetPrefix: 'CodePipeline_20150709', jsonVersion: '1.1' } as const;
const SESSION_SECONDS = 900;

let cloud: LocalCloud;
let seen: (string | undefined)[];
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  cloud = await createLocalCloud();
  seen = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await cloud.stop();
});

async function newSession(): Promise<AwsCredentials> {
  const { endpoint, region } = cloud;
  const credentials = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };
  const client = new STSClient({ endpoint, region, credentials });
  const { Credentials: session } = await client.send(new GetSessionTokenCommand({ DurationSeconds: SESSION_SECONDS }));
  return {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
}

function listPipelines(credentials: CredentialProvider, options: { awaits?: boolean; signal?: AbortSignal } = {}) {
  const env = { AWS_ENDPOINT_URL: cloud.endpoint, AWS_REGION: cloud.region };
  const { awaits = true, signal } = options;
  const counted: CredentialProvider = async (refused) => {
    const given = await credentials(refused);
    seen.push(given.accessKeyId);
    return given;
  };
  const connection = createConnection({ env, credentials: counted, awaitsCredentials: awaits });
  return callJson(connection, CODEPIPELINE, 'ListPipelines', {}, { signal });
}

const expire = () => vi.setSystemTime(Date.now() + SESSION_SECONDS * 1_000 + 1);

describe('a call whose credentials have expired', () => {
  it('is made again with others, where there are any', async () => {
    const old = await newSession();
    expire();
    const fresh = await newSession();
    await expect(listPipelines(async (refused) => (refused ? fresh : old))).resolves.toEqual({ pipelines: [] });
    expect(seen).toEqual([old.accessKeyId, fresh.accessKeyId]);
  });

  it.each([
    [true, 'may succeed later'],
    [false, 'does not, where nobody waits for others'],
  ])('and for which there are no others: awaitsCredentials %s, %s', async (awaits) => {
    const old = await newSession();
    expire();
    await expect(listPipelines(async () => old, { awaits })).rejects.toMatchObject({
      code: 'ExpiredTokenException',
      retryable: awaits,
    });
    expect(seen).toHaveLength(2);
  });
});

describe('a call without credentials', () => {
  const none = async () => {
    throw new Error('the SSO session has expired, run aws sso login');
  };

  it.each([true, false])('says why; it may succeed later where somebody waits for them: %s', async (awaits) => {
    await expect(listPipelines(none, { awaits })).rejects.toMatchObject({
      code: 'NoCredentials',
      message: expect.stringContaining('run aws sso login'),
      retryable: awaits,
    });
  });

  it.each([
    ['aborts', () => AbortSignal.timeout(1)],
    ['has aborted', () => AbortSignal.abort()],
  ])('ends when their source does not answer and its signal %s', async (_when, signal) => {
    const hangs = listPipelines(() => new Promise(() => undefined), { signal: signal() });
    await expect(hangs).rejects.toMatchObject({ code: 'NoCredentials' });
  });
});

describe('the chain of credential sources', () => {
  const keys = (accessKeyId: string): AwsCredentials => ({ accessKeyId, secretAccessKey: 'secret' });

  it('is not asked again within ten seconds of a failure', async () => {
    const time = fakeTime();
    let asked = 0;
    const provide = restingChain(async () => {
      asked++;
      throw new Error('no session');
    }, time.now);
    for (let second = 0; second < 30; second++) {
      await expect(provide()).rejects.toThrow('no session');
      time.advance(1_000);
    }
    expect(asked).toBe(3);
  });

  it('forgets keys that were refused, every ten seconds at most, and those that somebody renewed not at all', async () => {
    const time = fakeTime();
    const refreshes: number[] = [];
    let current = keys('A');
    const provide = restingChain(async (options) => {
      if (options?.forceRefresh) refreshes.push(time.now());
      return current;
    }, time.now);
    for (let second = 0; second < 20; second++) {
      expect(await provide(keys('A'))).toEqual(keys('A'));
      time.advance(1_000);
    }
    expect(refreshes).toHaveLength(2);
    current = keys('B');
    expect(await provide(keys('A'))).toEqual(keys('B'));
    expect(refreshes).toHaveLength(2);
  });
});
