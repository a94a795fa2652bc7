import { createRedactor, type Redact } from '../core/secrets/redactor.ts';

/** Names of resources that stand in messages because nobody could act on them without: no secrets. */
const ARN = /^arn:[a-z-]+:[a-z0-9-]+:/;

/**
 * Withholds the values of a desired state or patch from texts of AWS, which quote them: the models call these documents
 * sensitive, and only the schema of a type tells which members are. Short texts, numbers, ARNs and what identifies the
 * resource stay.
 *
 * @param document - what was asked for
 * @param identifier - of the resource, where it is known
 */
export function withholderOf(document: unknown, identifier: string | undefined): Redact {
  const redactor = createRedactor();
  const shown = new Set([identifier, ...(identifier?.split(/[|/:]/) ?? [])]);
  const hidden = textsIn(document).filter((text) => !shown.has(text) && !ARN.test(text));
  redactor.scope().add(...hidden);
  return redactor.redact;
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
