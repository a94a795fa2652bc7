/** How such names end, as `masterUserPassword`, `DB_PASSWORD` or `X-Vault-Token`, without what parts their words. */
const SECRET_END =
  /(?:password|passwd|passphrase|authorization|cookie|credentials|token|secret|(?:api|private|secret|access)key|accesskeyid)$/i;
/** And those that are one only whole. */
const SECRET_WHOLE = /^(?:nonce|auth|jwt|work flow[_-]?token)$/i;
/** Prose may end so, too, and is no name. */
const NAME = /^[\w.-]{1,100}$/;

/** Tells whether a member's name says that its value is a secret. */
export function isSecretMember(name: string): boolean {
  return SECRET_WHOLE.test(name) || (NAME.test(name) && SECRET_END.test(name.replaceAll(/[_-]/g, '')));
}

/**
 * Tells whether a secret stands at a place of an object or a list: by the name of the member, by the name beside it
 * (`{ name: 'Authorization', value }`), or by the one before it in a list (`['Authorization', value]`, as in `rawHeaders`).
 */
export function isSecretPlace(holder: object, name: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '' || typeof value === 'boolean') return false;
  if (Array.isArray(holder)) return isSecretName(holder[Number(name) - 1]);
  if (isSecretMember(name)) return true;
  if (!/^value$/i.test(name)) return false;
  const { name: own, key, Name, Key } = holder as Readonly<Record<string, unknown>>;
  return [own, key, Name, Key].some(isSecretName);
}

function isSecretName(value: unknown): boolean {
  return typeof value === 'string' && isSecretMember(value);
}

/** The values of all members, at any depth, whose names tell a secret: what is known to be one of an event nobody parsed. */
export function secretMembers(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' ? (isSecretMember(name) ? [member] : []) : secretMembers(member),
  );
}
