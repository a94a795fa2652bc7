import { type FakeTime, fakeTime } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsConnection } from '../../../../lib/aws/index.ts';
import { concernsEveryClient, createClientTokenLookup } from '../../../../lib/codepipeline/worker/client-tokens.ts';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { allow, createSecretsCloud, type SecretsCloud } from '../../local/secretsmanager/secrets-cloud.ts';

const clientId = '00000000-0000-0000-0000-00000000c11e';
const GET = 'secretsmanager:GetSecretValue';

let cloud: SecretsCloud;
let time: FakeTime;
let reads: number;
let secretId: string;

beforeEach(async () => {
  cloud = await createSecretsCloud();
  time = fakeTime();
  reads = 0;
  cloud.kernel.events.on('call', ({ operation }) => {
    if (operation === 'GetSecretValue') reads++;
  });
  secretId = (await cloud.call('CreateSecret', { Name: 'tokens', SecretString: '{}' })).ARN;
});
afterEach(() => cloud.close());

const put = (tokens: unknown) =>
  cloud.call('PutSecretValue', {
    SecretId: 'tokens',
    SecretString: typeof tokens === 'string' ? tokens : JSON.stringify(tokens),
  });

/** A lookup under a role that may read the secret and nothing else, unless told otherwise. */
async function lookup(options: { readonly maxAgeSeconds?: number } = {}, statements = [allow(GET, secretId)]) {
  const accessKeyId = await cloud.role(...statements);
  const connection: AwsConnection = {
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId, secretAccessKey: 'secret' }),
    endpoint: () => new URL(cloud.kernel.endpoint()),
  };
  return createClientTokenLookup({ secretId: 'tokens', ...options }, { connection, time });
}

describe('client tokens in a secret', () => {
  it('are kept for five minutes, and then read again', async () => {
    await put({ [clientId]: 'first' });
    const find = await lookup();
    expect(await find(clientId)).toBe('first');
    await put({ [clientId]: 'second' });
    time.advance(299_999);
    expect([await find(clientId), reads]).toEqual(['first', 1]);
    time.advance(1);
    expect([await find(clientId), reads]).toEqual(['second', 2]);
  });

  it('are kept for as long as the option says', async () => {
    await put({ [clientId]: 'token' });
    const find = await lookup({ maxAgeSeconds: 60 });
    await find(clientId);
    time.advance(60_000);
    await find(clientId);
    expect(reads).toBe(2);
  });

  it('are read once for all who ask at the same time', async () => {
    await put({ one: 'token of one', two: 'token of two' });
    const find = await lookup();
    expect(await Promise.all([find('one'), find('two')])).toEqual(['token of one', 'token of two']);
    expect(reads).toBe(1);
  });

  it('are read again for a client that has connected since, every ten seconds at most', async () => {
    await put({ [clientId]: 'token' });
    const find = await lookup();
    await find(clientId);
    await put({ [clientId]: 'token', newcomer: 'another' });
    time.advance(9_999);
    expect([await find('newcomer'), reads]).toEqual([undefined, 1]);
    time.advance(1);
    expect([await find('newcomer'), reads]).toEqual(['another', 2]);
  });

  it('are read again for a token that was refused, every ten seconds at most', async () => {
    await put({ [clientId]: 'old' });
    const find = await lookup();
    await find(clientId);
    await put({ [clientId]: 'new' });
    time.advance(9_999);
    expect(await find(clientId, 'old')).toBe('old');
    time.advance(1);
    expect([await find(clientId, 'old'), reads]).toEqual(['new', 2]);
    expect([await find(clientId, 'old'), reads]).toEqual(['new', 2]);
  });

  it('do not have a client that is not in it', async () => {
    await put({ [clientId]: 'token' });
    const find = await lookup();
    expect(await find('unknown')).toBeUndefined();
    expect(await find('toString')).toBeUndefined();
  });
});

describe('a secret of client tokens', () => {
  it.each([
    ['no JSON', 'sesame', /^the secret tokens must be a JSON object of client tokens by client id$/],
    ['a list', '["sesame"]', /^the secret tokens must be a JSON object of client tokens by client id$/],
    ['null', 'null', /^the secret tokens must be a JSON object/],
  ])('that is %s is an error that says so and shows nothing of it', async (_case, text, message) => {
    await put(text);
    const find = await lookup();
    const error = await find(clientId).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'CONFIGURATION', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('sesame');
    expect(concernsEveryClient(error)).toBe(true);
    await put({ [clientId]: 'token' });
    expect(await find(clientId)).toBe('token');
  });

  it('that may not be read is an error that names action and resource', async () => {
    const find = await lookup({}, [allow('secretsmanager:DescribeSecret', secretId)]);
    const error = await find(clientId).catch((thrown: Error) => thrown);
    expect(String(error)).toContain(`not authorized to perform: ${GET} on resource: ${secretId}`);
    expect(concernsEveryClient(error)).toBe(true);
  });

  it('is asked for again when it is throttled', async () => {
    await put({ [clientId]: 'token' });
    const find = await lookup();
    cloud.failures.push(new AwsError('ThrottlingException', 'slow down'), new AwsError('X', 'x', { status: 503 }));
    expect([await find(clientId), reads]).toEqual(['token', 3]);
    expect(time.sleeps).toHaveLength(2);
  });

  it('that does not exist is an error', async () => {
    await cloud.call('DeleteSecret', { SecretId: 'tokens', ForceDeleteWithoutRecovery: true });
    await expect((await lookup({}, [allow(GET, '*')]))(clientId)).rejects.toThrow(/ResourceNotFoundException/);
  });
});

describe('a lookup of the user', () => {
  const environment = () => ({
    connection: { region: 'eu-west-1', credentials: () => Promise.reject(), endpoint: () => new URL('http://x') },
    time,
  });

  it('is told of the token that was refused', async () => {
    const asked: unknown[] = [];
    const find = createClientTokenLookup((...parameters) => {
      asked.push(parameters);
      return 'token';
    }, environment());
    expect(await find(clientId)).toBe('token');
    await find(clientId, 'old');
    expect(asked).toEqual([
      [clientId, undefined],
      [clientId, 'old'],
    ]);
  });

  it('fails for its own client alone', async () => {
    const find = createClientTokenLookup(() => {
      throw new Error('the database is away');
    }, environment());
    const error = await find(clientId).catch((thrown: Error) => thrown);
    expect(String(error)).toContain('the database is away');
    expect(concernsEveryClient(error)).toBe(false);
  });

  it('keeps those clients alone from their tokens for whom it holds no text', async () => {
    await put('{"a":"x","b":{"sesame":1},"c":""}');
    const find = await lookup();
    expect(await find('a')).toBe('x');
    for (const client of ['b', 'c']) {
      const error = await find(client).catch((thrown: Error) => thrown);
      expect(String(error)).toMatch(`the secret tokens must hold the client token of ${client} as text, and not empty`);
      expect(String(error)).not.toContain('sesame');
    }
  });
});
