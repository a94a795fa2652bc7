import { checkPolicy } from '../identity/policy/check-policy.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { ResourceProvider } from '../kernel/service.ts';
import { physicalName } from '../template/physical-name.ts';
import { type PasswordOptions, randomPassword } from './random-password.ts';
import type { Secret, SecretValue } from './secret.ts';
import { invalidParameter, malformedPolicy, notFound } from './secret-errors.ts';
import type { SecretsParts } from './secrets-parts.ts';
import { addVersion } from './versions.ts';

/** The property `GenerateSecretString` of a template. */
interface GenerateSecretString extends PasswordOptions {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

/** The longest name of a secret. */
const LONGEST_NAME = 512;

/** The CloudFormation resources of Secrets Manager. */
export function createSecretResources({ kernel, store }: SecretsParts): Record<string, ResourceProvider> {
  /** What the template said last. A value that was put since stays, as long as the template says nothing new. */
  const declared = new Map<string, string>();

  function put(secret: Secret, value: SecretValue): void {
    addVersion(secret, { id: kernel.uuid(), value, now: kernel.clock.now() });
  }

  return {
    'AWS::SecretsManager::Secret'({ stackName, logicalId, properties }) {
      const { Name, Description, KmsKeyId, Tags, SecretString, GenerateSecretString } = properties;
      if (SecretString !== undefined && GenerateSecretString !== undefined) {
        throw invalidParameter('Specify either SecretString or GenerateSecretString, and not both.');
      }
      const name: string = Name ?? physicalName(stackName, logicalId, { maxLength: LONGEST_NAME });
      const existing = store.find(name);
      const secret = existing?.deletedAt === undefined && existing?.name === name ? existing : store.prepare({ name });
      if (Description !== undefined) secret.description = Description;
      if (KmsKeyId !== undefined) secret.kmsKeyId = KmsKeyId;
      secret.tags = Tags ?? [];
      if (GenerateSecretString !== undefined && secret.versions.size === 0) {
        put(secret, { SecretString: generate(GenerateSecretString, () => kernel.random()) });
      }
      if (SecretString !== undefined && declared.get(secret.arn) !== SecretString) {
        put(secret, { SecretString });
        declared.set(secret.arn, SecretString);
      }
      store.add(secret);
      return { ref: secret.arn, attributes: { Id: secret.arn } };
    },

    'AWS::SecretsManager::ResourcePolicy'({ properties }) {
      const secret = store.find(String(properties.SecretId));
      if (secret === undefined) throw notFound();
      secret.policy = checkPolicy(properties.ResourcePolicy, 'resource', malformedPolicy);
      return { ref: secret.arn, attributes: { Id: secret.arn } };
    },
  };
}

/** A password, or the template's JSON object with a password in it. @throws AwsError InvalidParameterException */
function generate(options: GenerateSecretString, random: () => number): string {
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  const password = randomPassword(readOptions(options), random);
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw invalidParameter('SecretStringTemplate and GenerateStringKey go together: one of them is missing.');
  }
  return JSON.stringify({ ...parseTemplate(template), [key]: password });
}

/** CloudFormation takes numbers and truth values as text, too. */
function readOptions(options: GenerateSecretString): PasswordOptions {
  const { SecretStringTemplate, GenerateStringKey, PasswordLength, ExcludeCharacters, ...flags } = options;
  const truths = Object.entries(flags).map(([name, value]) => [name, String(value) === 'true']);
  return {
    ...Object.fromEntries(truths),
    ...(PasswordLength === undefined ? {} : { PasswordLength: Number(PasswordLength) }),
    ...(ExcludeCharacters === undefined ? {} : { ExcludeCharacters }),
  };
}

function parseTemplate(template: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(template);
  } catch {
    // The engine's message quotes the text, which may hold more than the user's name.
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new AwsError('InvalidParameterException', 'SecretStringTemplate must be a JSON object.');
}
