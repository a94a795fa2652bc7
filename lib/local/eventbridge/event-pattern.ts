import { isRecord } from '../template/is-record.ts';
import { matchesValue } from './value-matcher.ts';

/** A pattern as a rule holds it; {@link checkEventPattern} has passed it. */
export type EventPattern = Readonly<Record<string, unknown>>;

/**
 * Tells whether an event meets a pattern: every field of the pattern must, by any of its entries.
 *
 * Fields of the event that the pattern does not name do not matter. A list in the event meets an entry when any of its
 * members does; of a list of objects one single object must meet all that the pattern says of it.
 */
export function matchesPattern(pattern: EventPattern, event: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === '$or' && Array.isArray(wanted)) {
      return wanted.some((alternative) => matchesPattern(alternative, event));
    }
    const value = Object.hasOwn(event, field) ? event[field] : undefined;
    if (Array.isArray(wanted)) return matchesField(wanted, value);
    if (!isRecord(wanted)) return false;
    const objects = [value].flat().filter(isRecord);
    // What is not there may still be asked for by {"exists": false}.
    return (objects.length === 0 ? [{}] : objects).some((object) => matchesPattern(wanted, object));
  });
}

/** Only leaves count: an object or an empty list is no value of its field. */
function matchesField(alternatives: readonly unknown[], value: unknown): boolean {
  const leaves = [value].flat(Number.POSITIVE_INFINITY).filter((leaf) => leaf !== undefined && !isRecord(leaf));
  return alternatives.some((matcher) => {
    if (isRecord(matcher) && 'exists' in matcher) return matcher.exists === leaves.length > 0;
    return leaves.some((leaf) => matchesValue(matcher, leaf));
  });
}
