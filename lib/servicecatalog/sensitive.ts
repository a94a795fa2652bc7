/** A value that says of itself that nobody is to see it, as Terraform and OpenTofu write outputs. */
export interface Marked {
  readonly sensitive: unknown;
  readonly [member: string]: unknown;
}

/** What stands beside the value of an output and is no secret. */
export const AROUND_A_VALUE = ['sensitive', 'key', 'type', 'description', 'ephemeral', 'deprecated'];

/** Whether a flag says sensitive. Programs write flags as text or number, too: one that was missed would show a secret. */
export function isSensitive(flag: unknown): boolean {
  return typeof flag === 'string' ? !['', 'false'].includes(flag.trim().toLowerCase()) : Boolean(flag);
}

/** Whether a value says of itself that nobody is to see it, whatever else stands beside that. */
export function isMarked(value: unknown): value is Marked {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && isSensitive((value as Marked).sensitive)
  );
}

/** What of a marked value nobody is to see: its `value`, or where it has none all that is not known to be harmless. */
export function secretOf(marked: Marked): unknown {
  if ('value' in marked) return marked.value;
  const rest = Object.entries(marked).filter(([member]) => !AROUND_A_VALUE.includes(member));
  return rest.length === 0 ? '' : Object.fromEntries(rest);
}

/** Whether something within a value says that nobody is to see it. */
export function holdsMarked(value: unknown): boolean {
  return !markedIn(value).next().done;
}

function* markedIn(value: unknown, seen = new Set<object>()): Generator<Marked, undefined> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (isMarked(value)) yield value;
  for (const member of Object.values(value)) yield* markedIn(member, seen);
}

const HOLD_NOTHING = ['', '{}', '[]'];

/**
 * The texts of all sensitive outputs, which no other text may show. Never throws, and one output that cannot be read costs
 * no other: what is wrong is told by who fits them.
 */
export function sensitiveTexts(outputs: unknown): readonly string[] {
  if (typeof outputs !== 'object' || outputs === null) return [];
  return Object.values(outputs).flatMap((output: unknown) => {
    try {
      const plain = JSON.parse(JSON.stringify(output, bigintsAsTexts) ?? 'null') as unknown;
      const texts = [...markedIn(plain)].map((marked) => secretText(secretOf(marked)));
      return texts.filter((text) => !HOLD_NOTHING.includes(text));
    } catch {
      return [];
    }
  });
}

function secretText(secret: unknown): string {
  if (secret === undefined || secret === null) return '';
  return typeof secret === 'string' ? secret : JSON.stringify(secret);
}

function bigintsAsTexts(_name: string, member: unknown): unknown {
  return typeof member === 'bigint' ? String(member) : member;
}
