/** What somebody sent, whose members may be missing or of any type. */
export type Loose = Readonly<Record<string, unknown>>;

/** A value as an object with members; an empty one for anything else. */
export function readObject(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

/** A text with something in it; undefined for anything else. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
