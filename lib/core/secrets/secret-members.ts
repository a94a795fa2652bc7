const SECRET_MEMBER =
  /^(secretaccesskey|sessiontoken|accesskeyid|artifactcredentials|actioncredentials|credentials|password|passphrase|(proxy-?)?authorization|(set-?)?cookie|x-api-key|x-amz-security-token|(work ?flow|client|continuation|callback|request|session|security|access|refresh|id|api|bearer)?[_-]?token|secret|client_?secret|nonce|(private|api)_?key)$/i;

/** Tells whether a member's name says that its value is a secret. */
export function isSecretMember(name: string): boolean {
  return SECRET_MEMBER.test(name);
}

/** The values of all members, at any depth, whose names tell a secret: what is known to be one of an event nobody parsed. */
export function secretMembers(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' ? (isSecretMember(name) ? [member] : []) : secretMembers(member),
  );
}
