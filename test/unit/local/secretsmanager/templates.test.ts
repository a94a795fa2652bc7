import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployAssembly } from '../../../../lib/local/template/deploy-assembly.ts';
import { loadAssembly } from '../../../../lib/local/template/load-assembly.ts';
import { assemblyFolder } from '../template/assembly-folder.ts';
import { recordingService } from '../template/recording-service.ts';
import { ARN_PREFIX, createSecretsCloud, type SecretsCloud } from './secrets-cloud.ts';

let cloud: SecretsCloud;

beforeEach(async () => {
  cloud = await createSecretsCloud();
});
afterEach(() => cloud.close());

const declare = (properties: object) => cloud.declare('AWS::SecretsManager::Secret', 'Tokens', properties);
const read = async (SecretId: string): Promise<string> =>
  (await cloud.call('GetSecretValue', { SecretId })).SecretString;

describe('AWS::SecretsManager::Secret', () => {
  it('refers to its ARN, which ends in a suffix, the same each time', async () => {
    const { ref, attributes } = await declare({ Name: 'tokens', SecretString: '{}' });
    expect(ref).toMatch(new RegExp(`^${ARN_PREFIX}tokens-[A-Za-z0-9]{6}$`));
    expect(attributes).toEqual({ Id: ref });
    await using second = Object.assign(await createSecretsCloud(), {
      async [Symbol.asyncDispose]() {
        await second.close();
      },
    });
    expect((await second.declare('AWS::SecretsManager::Secret', 'Tokens', { Name: 'tokens' })).ref).toBe(ref);
  });

  it('has a name made of stack and logical id where the template gives none', async () => {
    expect((await declare({})).ref).toMatch(new RegExp(`^${ARN_PREFIX}Shop-Tokens-[0-9A-Z]{12}-`));
  });

  it('keeps what was put since, until the template says something new', async () => {
    const { ref } = await declare({ SecretString: '{}' });
    await cloud.call('PutSecretValue', { SecretId: ref, SecretString: '{"client":"token"}' });
    await declare({ SecretString: '{}', Description: 'of clients' });
    expect(await read(ref)).toBe('{"client":"token"}');
    expect(await cloud.call('DescribeSecret', { SecretId: ref })).toMatchObject({ Description: 'of clients' });
    await declare({ SecretString: '{"client":"new"}' });
    expect(await read(ref)).toBe('{"client":"new"}');
  });

  it('generates a value once, with 32 characters of each kind', async () => {
    const { ref } = await declare({ GenerateSecretString: {} });
    const value = await read(ref);
    expect(value).toHaveLength(32);
    for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/]) expect(value).toMatch(kind);
    await declare({ GenerateSecretString: {} });
    expect(await read(ref)).toBe(value);
  });

  it.each<[object, RegExp]>([
    [{ PasswordLength: 64, ExcludePunctuation: true }, /^[A-Za-z0-9]{64}$/],
    [{ ExcludeUppercase: 'true', ExcludeNumbers: true, ExcludePunctuation: true }, /^[a-z]{32}$/],
    [{ PasswordLength: '40', ExcludeLowercase: true, ExcludePunctuation: true, ExcludeNumbers: true }, /^[A-Z]{40}$/],
    [
      { ExcludeCharacters: 'abcdefghijklmnopqrstuvwxy', ExcludePunctuation: true, ExcludeNumbers: true },
      /^(?=.*z)[zA-Z]{32}$/,
    ],
    [{ IncludeSpace: true, PasswordLength: 5 }, /^(?=.* ).{5}$/],
    [{ PasswordLength: 1, RequireEachIncludedType: false }, /^.$/],
  ])('generates by %j', async (GenerateSecretString, expected) => {
    expect(await read((await declare({ GenerateSecretString })).ref)).toMatch(expected);
  });

  it('generates one member of a JSON object', async () => {
    const { ref } = await declare({
      GenerateSecretString: { SecretStringTemplate: '{"user":"ada"}', GenerateStringKey: 'password' },
    });
    expect(JSON.parse(await read(ref))).toEqual({ user: 'ada', password: expect.stringMatching(/^.{32}$/) });
  });

  it.each<[object, RegExp]>([
    [{ SecretString: 'x', GenerateSecretString: {} }, /not both/],
    [{ GenerateSecretString: { GenerateStringKey: 'password' } }, /go together/],
    [{ GenerateSecretString: { SecretStringTemplate: '[]', GenerateStringKey: 'x' } }, /must be a JSON object/],
    [{ GenerateSecretString: { PasswordLength: 3 } }, /3 characters cannot hold one of each of 4 kinds/],
    [
      {
        GenerateSecretString: {
          ExcludeLowercase: true,
          ExcludeUppercase: true,
          ExcludeNumbers: true,
          ExcludePunctuation: true,
        },
      },
      /No character is left/,
    ],
  ])('refuses %j', async (properties, message) => {
    await expect(declare(properties)).rejects.toThrow(message);
  });
});

describe('a dynamic reference', () => {
  const resources = (...references: readonly string[]) => ({
    Main: {
      Resources: {
        User: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            Values: references.map((rest) => ({
              'Fn::Join': ['', ['{{resolve:secretsmanager:', ...refParts(rest), '}}']],
            })),
          },
        },
        Login: {
          Type: 'AWS::SecretsManager::Secret',
          Properties: { Name: 'login', SecretString: '{"user":"ada","port":5432}' },
        },
      },
    },
  });
  const refParts = (rest: string) => (rest.startsWith(':') ? [{ Ref: 'Login' }, rest] : [rest]);

  async function values(...references: readonly string[]): Promise<unknown> {
    const recording = recordingService('AWS::SQS::Queue');
    await deployAssembly(loadAssembly(assemblyFolder(resources(...references))), {
      kernel: cloud.kernel,
      services: [...cloud.services, recording],
    });
    return recording.created[0]?.properties.Values;
  }

  it('stands for the value, or for a member of it', async () => {
    expect(await values(':SecretString:user::', ':SecretString:port', ':SecretString:user:AWSCURRENT:')).toEqual([
      'ada',
      '5432',
      'ada',
    ]);
  });

  it('names a secret that exists already by its name', async () => {
    await cloud.call('CreateSecret', { Name: 'old', SecretString: 'plain' });
    expect(await values(':', 'old', 'old:SecretString:::')).toEqual(['{"user":"ada","port":5432}', 'plain', 'plain']);
  });

  it.each([
    ['nowhere:SecretString:user', /User .* cannot be created: Secrets Manager can't find the secret nowhere/],
    [':SecretString:nothing', /The secret login is no JSON object with the key nothing/],
    [':SecretBinary:user', /takes SecretString, and not SecretBinary/],
  ])('that leads nowhere stops the deployment: %s', async (reference, message) => {
    await expect(values(reference)).rejects.toThrow(message);
    await expect(values(reference)).rejects.not.toThrow(/ada/);
  });
});
