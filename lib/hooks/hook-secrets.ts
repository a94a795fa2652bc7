import { isObject, objectMember } from './members.ts';

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
  return Object.entries(value).flatMap(([name, member]) => {
    if (typeof member !== 'string') return secretsWithin(member, depth + 1);
    return SECRET_NAME.test(name) && !REFERENCE.test(member) ? [member] : [];
  });
}

/** What a template declares secret: the default of each parameter that is not to be echoed. */
export function declaredWithin(template: unknown): readonly string[] {
  return Object.values(objectMember(template, 'Parameters')).flatMap((parameter) => {
    if (!isObject(parameter) || String(parameter.NoEcho).toLowerCase() !== 'true') return [];
    const text = String(parameter.Default ?? '');
    return REFERENCE.test(text) ? [] : [text];
  });
}
