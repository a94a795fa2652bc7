import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, ARN_PREFIX, allow, createSecretsCloud, type SecretsCloud } from './secrets-cloud.ts';

const GET = 'secretsmanager:GetSecretValue';
let cloud: SecretsCloud;
let arn: string;

beforeEach(async () => {
  cloud = await createSecretsCloud();
  arn = (await cloud.call('CreateSecret', { Name: 'tokens', SecretString: 'the value' })).ARN;
});
afterEach(() => cloud.close());

const get = (accessKeyId: string, SecretId = 'tokens', more: object = {}) =>
  cloud.call('GetSecretValue', { SecretId, ...more }, accessKeyId);

describe('a role', () => {
  it.each([
    ['the whole ARN', () => arn],
    ['the name with six question marks', () => `${ARN_PREFIX}tokens-??????`],
  ])('that may read %s reads the secret, however it names it', async (_case, resource) => {
    const role = await cloud.role(allow(GET, resource()));
    for (const id of ['tokens', arn, arn.slice(0, -7)]) expect((await get(role, id)).SecretString).toBe('the value');
  });

  it('that may not is told the action and the resource', async () => {
    const role = await cloud.role(allow('secretsmanager:DescribeSecret', arn));
    const { code, message } = await get(role);
    expect(code).toBe('AccessDeniedException');
    expect(message).toContain(`is not authorized to perform: ${GET} on resource: ${arn}`);
    expect(cloud.refusals).toMatchObject([{ action: GET, resource: arn }]);
  });

  it('learns nothing of secrets that it may not read', async () => {
    const role = await cloud.role(allow(GET, arn));
    expect((await get(role, 'nobody')).code).toBe('AccessDeniedException');
    const all = await cloud.role(allow(GET, '*'));
    expect((await get(all, 'nobody')).code).toBe('ResourceNotFoundException');
  });

  it('is held to the version that its policy names', async () => {
    await cloud.call('PutSecretValue', { SecretId: 'tokens', SecretString: 'next' });
    const condition = { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } };
    const role = await cloud.role({ ...allow(GET, arn), Condition: condition });
    expect((await get(role, 'tokens', { VersionStage: 'AWSCURRENT' })).SecretString).toBe('next');
    expect((await get(role, 'tokens', { VersionStage: 'AWSPREVIOUS' })).code).toBe('AccessDeniedException');
  });

  it.each([
    ['PutSecretValue', { SecretId: 'tokens', SecretString: 'x' }],
    ['UpdateSecret', { SecretId: 'tokens', Description: 'x' }],
    ['DescribeSecret', { SecretId: 'tokens' }],
    ['DeleteSecret', { SecretId: 'tokens' }],
    ['RestoreSecret', { SecretId: 'tokens' }],
    ['CreateSecret', { Name: 'tokens', SecretString: 'x' }],
    ['CreateSecret', { Name: 'new', SecretString: 'x' }],
    ['ListSecrets', {}],
    ['GetRandomPassword', {}],
  ])('needs a permission for %s %j', async (operation, input) => {
    const role = await cloud.role(allow(GET, '*'));
    const { code, message } = await cloud.call(operation, input, role);
    expect(code).toBe('AccessDeniedException');
    expect(message).toContain(`secretsmanager:${operation}`);
  });
});

describe("a secret's own policy", () => {
  it('lets a role in, and keeps one out', async () => {
    const stranger = await cloud.role();
    const reader = await cloud.role(allow(GET, arn));
    const attach = (Effect: string) =>
      cloud.declare('AWS::SecretsManager::ResourcePolicy', 'Policy', {
        SecretId: arn,
        ResourcePolicy: { Statement: [{ Effect, Principal: '*', Action: GET, Resource: '*' }] },
      });
    await attach('Allow');
    expect((await get(stranger)).SecretString).toBe('the value');
    await attach('Deny');
    expect((await get(reader)).code).toBe('AccessDeniedException');
  });
});

describe("a customer's key", () => {
  const keyPolicy = (Condition?: object) => ({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'kms:*',
        Resource: '*',
        ...(Condition === undefined ? {} : { Condition }),
      },
    ],
  });
  const declareKey = async (policy = keyPolicy()) =>
    String((await cloud.declare('AWS::KMS::Key', 'Key', { KeyPolicy: policy })).attributes?.Arn);

  it('must be usable by who reads and by who writes', async () => {
    const key = await declareKey();
    const created = await cloud.call('CreateSecret', { Name: 'locked', SecretString: 'x', KmsKeyId: key });
    const actions = [GET, 'secretsmanager:PutSecretValue'];
    const without = await cloud.role(allow(actions, created.ARN));
    const withKey = await cloud.role(allow(actions, created.ARN), allow(['kms:Decrypt', 'kms:GenerateDataKey'], key));
    expect((await get(without, 'locked')).message).toContain(`kms:Decrypt on resource: ${key}`);
    const write = { SecretId: 'locked', SecretString: 'y' };
    expect((await cloud.call('PutSecretValue', write, without)).message).toContain('kms:GenerateDataKey');
    expect(await cloud.call('PutSecretValue', write, withKey)).toHaveProperty('VersionId');
    expect((await get(withKey, 'locked')).SecretString).toBe('y');
  });

  it('sees that it is used by Secrets Manager, and for which secret', async () => {
    const key = await declareKey(
      keyPolicy({ StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } }),
    );
    const { ARN } = await cloud.call('CreateSecret', { Name: 'locked', SecretString: 'x', KmsKeyId: key });
    const condition = { StringEquals: { 'kms:EncryptionContext:SecretARN': ARN } };
    const role = await cloud.role(allow(GET, '*'), { ...allow('kms:Decrypt', key), Condition: condition });
    expect((await get(role, 'locked')).SecretString).toBe('x');
  });

  it('must exist', async () => {
    const KmsKeyId = 'alias/nowhere';
    expect((await cloud.call('CreateSecret', { Name: 'locked', SecretString: 'x', KmsKeyId })).code).toBe(
      'EncryptionFailure',
    );
    expect((await get('AKIDEVELOPER', 'locked')).code).toBe('ResourceNotFoundException');
  });
});
