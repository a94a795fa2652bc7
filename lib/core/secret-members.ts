import { isSecretMember } from './redact.ts';

/** The values of all members, at any depth, whose names tell a secret: what is known to be one of an event nobody parsed. */
export function secretMembers(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' ? (isSecretMember(name) ? [member] : []) : secretMembers(member),
  );
}
