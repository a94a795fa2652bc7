import { isObject } from './members.ts';

/**
 * Names of properties whose values are secrets: `MasterUserPassword`, `SecretString`, `AuthToken`, `ClientSecret`. What
 * only names a secret ends otherwise: `SecretArn`, `KmsKeyId`.
 */
const SECRET_NAME = /(?:password|passphrase|secret|secretstring|token|privatekey|credentials?|apikey)$/i;
/** What stands for a secret that is elsewhere. */
const REFERENCE = /^(?:arn:|\{\{resolve:)/;
/** Where nothing deeper is looked for. */
const DEEPEST = 64;

/** The texts within properties or a template that must not be seen, as far as names tell. */
export function secretsWithin(value: unknown, depth: number = 0): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  const isHidden = isObject(value) && (value.NoEcho === true || value.NoEcho === 'true');
  return Object.entries(value).flatMap(([name, member]) => {
    if (typeof member !== 'string') return secretsWithin(member, depth + 1);
    const isSecret = SECRET_NAME.test(name) || (isHidden && name === 'Default');
    return isSecret && !REFERENCE.test(member) ? [member] : [];
  });
}
