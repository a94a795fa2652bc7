import { invalidParameter, notFound } from './secret-errors.ts';
import type { SecretStore } from './secret-store.ts';
import { findVersion } from './versions.ts';

/** `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`, or a name; both end before the next colon. */
const REFERENCE = /^(?<secretId>arn(?::[^:]*){6}|[^:]+)(?::(?<rest>.*))?$/s;

/**
 * The text that a template's `{{resolve:secretsmanager:…}}` stands for: `secret-id:SecretString:json-key:version-stage:version-id`,
 * of which all but the first may be left out.
 *
 * @throws AwsError when there is no such secret, version or key; no message repeats a value
 */
export function resolveSecretReference(store: SecretStore, reference: string): string {
  const { secretId = '', rest = '' } = REFERENCE.exec(reference)?.groups ?? {};
  const [kind = '', key = '', stage = '', versionId = ''] = rest.split(':');
  if (kind !== '' && kind !== 'SecretString') {
    throw invalidParameter(`A dynamic reference to a secret takes SecretString, and not ${kind}.`);
  }
  const secret = store.find(secretId);
  if (secret === undefined) throw notFound(`the secret ${secretId} of a dynamic reference`);
  const { value } = findVersion(secret, { VersionStage: stage || undefined, VersionId: versionId || undefined });
  if (!('SecretString' in value)) throw invalidParameter(`The secret ${secret.name} holds bytes, and no text.`);
  return key === '' ? value.SecretString : memberOf(value.SecretString, key, secret.name);
}

function memberOf(text: string, key: string, name: string): string {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    // The engine's message quotes the text: the secret itself.
  }
  const isObject = typeof members === 'object' && members !== null;
  const member =
    isObject && Object.hasOwn(members as object, key) ? (members as Record<string, unknown>)[key] : undefined;
  if (member === undefined) throw invalidParameter(`The secret ${name} is no JSON object with the key ${key}.`);
  return typeof member === 'string' ? member : JSON.stringify(member);
}
