import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, ARN_PREFIX, createSecretsCloud, type SecretsCloud } from './secrets-cloud.ts';

const DAY_MS = 86_400_000;
const TOKEN = 'a-request-token-of-32-characters';
let cloud: SecretsCloud;

beforeEach(async () => {
  cloud = await createSecretsCloud();
});
afterEach(() => cloud.close());

const create = (Name: string, more: object = {}) => cloud.call('CreateSecret', { Name, SecretString: 'one', ...more });
const put = (SecretString: string, more: object = {}) =>
  cloud.call('PutSecretValue', { SecretId: 'tokens', SecretString, ...more });
const get = (more: object = {}) => cloud.call('GetSecretValue', { SecretId: 'tokens', ...more });

describe('a secret', () => {
  it('is found by its name, its ARN, and its ARN without the suffix, but not by its name with it', async () => {
    const { ARN } = await create('team/tokens');
    expect(ARN).toMatch(new RegExp(`^${ARN_PREFIX}team/tokens-[A-Za-z0-9]{6}$`));
    const read = async (SecretId: string) => (await cloud.call('GetSecretValue', { SecretId })).SecretString;
    for (const id of ['team/tokens', ARN, ARN.slice(0, -7)]) expect(await read(id)).toBe('one');
    const withSuffix = await cloud.call('GetSecretValue', { SecretId: `team/tokens${ARN.slice(-7)}` });
    expect(withSuffix.code).toBe('ResourceNotFoundException');
  });

  it('keeps bytes as base64', async () => {
    await cloud.call('CreateSecret', { Name: 'tokens', SecretBinary: 'AAH/' });
    const answer = await get();
    expect(answer).toMatchObject({ SecretBinary: 'AAH/' });
    expect(answer).not.toHaveProperty('SecretString');
  });

  it('tells everything but its value', async () => {
    await create('tokens', { Description: 'of clients', Tags: [{ Key: 'team', Value: 'build' }] });
    await get();
    const described = await cloud.call('DescribeSecret', { SecretId: 'tokens' });
    expect(described).toMatchObject({
      Name: 'tokens',
      Description: 'of clients',
      Tags: [{ Key: 'team', Value: 'build' }],
      CreatedDate: Date.UTC(2026, 0, 1, 15) / 1000,
      LastAccessedDate: Date.UTC(2026, 0, 1) / 1000,
    });
    expect(JSON.stringify([described, await cloud.call('ListSecrets', {})])).not.toContain('one');
  });

  it.each<[string, object, string, RegExp]>([
    ['a name with a space', { Name: 'a b' }, 'ValidationException', /^Invalid name/],
    ['two values', { SecretBinary: 'AAH/' }, 'InvalidParameterException', /both a binary/],
    ['a value that is too long', { SecretString: 'x'.repeat(65_537) }, 'ValidationException', /65536/],
    ['a name that is taken', { Name: 'taken' }, 'ResourceExistsException', /secret taken already exists/],
  ])('is not created with %s', async (_case, overrides, code, message) => {
    await create('taken');
    expect(await create('tokens', overrides)).toEqual({ code, message: expect.stringMatching(message) });
  });

  it('may be without a value at first', async () => {
    await cloud.call('CreateSecret', { Name: 'tokens' });
    expect(await get()).toEqual({
      code: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    await put('one', { VersionStages: ['AWSPENDING'] });
    expect((await get()).VersionStages.sort()).toEqual(['AWSCURRENT', 'AWSPENDING']);
  });
});

describe('a new value', () => {
  beforeEach(() => create('tokens'));

  it('becomes the current version, and the one before it the previous', async () => {
    await put('two');
    await put('three');
    const { VersionId } = await get();
    const read = async (more: object) => (await get(more)).SecretString;
    expect(await read({})).toBe('three');
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('two');
    expect(await read({ VersionId, VersionStage: 'AWSCURRENT' })).toBe('three');
    const { VersionIdsToStages } = await cloud.call('DescribeSecret', { SecretId: 'tokens' });
    expect(Object.values(VersionIdsToStages)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
  });

  it('may wait under another label', async () => {
    await put('next', { VersionStages: ['AWSPENDING'] });
    expect((await get()).SecretString).toBe('one');
    expect((await get({ VersionStage: 'AWSPENDING' })).SecretString).toBe('next');
  });

  it('is put once however often the request comes, and never replaced under its id', async () => {
    await put('two', { ClientRequestToken: TOKEN });
    await put('three');
    await put('two', { ClientRequestToken: TOKEN });
    expect((await get()).SecretString).toBe('three');
    expect((await put('other', { ClientRequestToken: TOKEN })).code).toBe('ResourceExistsException');
  });

  it('comes by UpdateSecret, too, which leaves alone what it is not told', async () => {
    const updated = await cloud.call('UpdateSecret', { SecretId: 'tokens', SecretString: 'two' });
    expect((await get()).VersionId).toBe(updated.VersionId);
    expect(await cloud.call('UpdateSecret', { SecretId: 'tokens', Description: 'new' })).not.toHaveProperty(
      'VersionId',
    );
    expect((await get()).SecretString).toBe('two');
  });

  it.each<[string, string, object, string, RegExp]>([
    ['no value', 'PutSecretValue', {}, 'InvalidRequestException', /either SecretString or SecretBinary/],
    ['a version id that is none', 'GetSecretValue', { VersionId: TOKEN }, 'ResourceNotFoundException', /VersionId/],
    ['a label that is none', 'GetSecretValue', { VersionStage: 'X' }, 'ResourceNotFoundException', /label: X/],
  ])('is refused with %s', async (_case, operation, more, code, message) => {
    const answer = await cloud.call(operation, { SecretId: 'tokens', ...more });
    expect(answer).toEqual({ code, message: expect.stringMatching(message) });
  });

  it('is refused where id and label are of different versions', async () => {
    const { VersionId } = await put('two');
    expect((await get({ VersionId, VersionStage: 'AWSPREVIOUS' })).code).toBe('InvalidRequestException');
  });
});

describe('a deleted secret', () => {
  const remove = (more: object) => cloud.call('DeleteSecret', { SecretId: 'tokens', ...more });
  let created: Answer;

  beforeEach(async () => {
    created = await create('tokens');
  });

  it('refuses to be read, can be restored while its window lasts, and is gone after it', async () => {
    const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });
    expect(DeletionDate * 1000).toBe(cloud.kernel.clock.now() + 7 * DAY_MS);
    expect(await get()).toEqual({
      code: 'InvalidRequestException',
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    });
    expect((await create('tokens')).code).toBe('InvalidRequestException');
    expect((await cloud.call('ListSecrets', {})).SecretList).toEqual([]);
    await cloud.call('RestoreSecret', { SecretId: 'tokens' });
    cloud.advance(8 * DAY_MS);
    expect((await get()).SecretString).toBe('one');
    await remove({});
    cloud.advance(31 * DAY_MS);
    expect((await get()).code).toBe('ResourceNotFoundException');
  });

  it('leaves at once where no window is wanted; its name is free, its ARN is not', async () => {
    await remove({ ForceDeleteWithoutRecovery: true });
    expect((await get()).code).toBe('ResourceNotFoundException');
    expect((await create('tokens')).ARN).not.toBe(created.ARN);
    const gone = await cloud.call('DeleteSecret', { SecretId: 'nobody', ForceDeleteWithoutRecovery: true });
    expect(gone.Name).toBe('nobody');
  });

  it.each([
    ['a window and none', { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }],
    ['a window that is too short', { RecoveryWindowInDays: 6 }],
    ['a window that is too long', { RecoveryWindowInDays: 31 }],
  ])('needs other words than %s', async (_case, more) => {
    expect((await remove(more)).code).toBe('InvalidParameterException');
  });
});

describe('the list', () => {
  const names = async (input: object) =>
    (await cloud.call('ListSecrets', input)).SecretList?.map(({ Name }: { Name: string }) => Name);

  beforeEach(async () => {
    await create('app/one', { Tags: [{ Key: 'team', Value: 'build' }] });
    await create('app/two', { Description: 'Tokens of clients' });
    await create('other');
  });

  it('comes in pages, each secret once', async () => {
    const first = await cloud.call('ListSecrets', { MaxResults: 2 });
    expect(first.SecretList).toHaveLength(2);
    expect(await names({ MaxResults: 2, NextToken: first.NextToken })).toEqual(['other']);
    expect((await cloud.call('ListSecrets', { NextToken: 'made up' })).code).toBe('InvalidNextTokenException');
    expect(await names({ SortOrder: 'desc' })).toEqual(['other', 'app/two', 'app/one']);
  });

  it.each([
    ['name', ['app/'], ['app/one', 'app/two']],
    ['name', ['!app/'], ['other']],
    ['name', ['App/'], []],
    ['description', ['tokens'], ['app/two']],
    ['tag-key', ['te'], ['app/one']],
    ['tag-value', ['build', 'x'], ['app/one']],
    ['all', ['clients'], ['app/two']],
    ['all', ['ONE'], ['app/one']],
  ])('filters by %s %j', async (Key, Values, found) => {
    expect(await names({ Filters: [{ Key, Values }] })).toEqual(found);
  });
});
