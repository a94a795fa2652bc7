/** `${Name}`, `${Name.Property.Member}`, and `${!Name}`, which stands for `${Name}` itself. */
const REFERENCE = /\$\{(!?)([A-Za-z][A-Za-z0-9_-]*)((?:\.[A-Za-z0-9]+)*)\}/g;

/** A reference: whose, and which of its properties. */
export interface Reference {
  readonly name: string;
  /** Empty for the thing itself. */
  readonly path: readonly string[];
}

/** Gives what a reference stands for. */
export type LookUp = (reference: Reference) => unknown;

/** All references in the texts within a value. */
export function referencesIn(value: unknown): readonly Reference[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].filter(([, literal]) => literal === '').map(toReference);
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}

/**
 * Puts what they stand for in the places of references, in every text within a value. A text that is one reference becomes
 * the value as it is, in others it becomes text; what is put in is not read again.
 */
export async function resolveReferences<Value>(template: Value, lookUp: LookUp): Promise<Value> {
  return (await resolve(template, lookUp)) as Value;
}

async function resolve(value: unknown, lookUp: LookUp): Promise<unknown> {
  if (typeof value === 'string') return resolveText(value, lookUp);
  if (Array.isArray(value)) return Promise.all(value.map((entry) => resolve(entry, lookUp)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([name, member]) => [name, await resolve(member, lookUp)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function resolveText(text: string, lookUp: LookUp): Promise<unknown> {
  const found = [...text.matchAll(REFERENCE)];
  const values = await Promise.all(
    found.map((match) => (match[1] === '' ? lookUp(toReference(match)) : match[0].replace('!', ''))),
  );
  if (found.length === 1 && found[0]?.[0] === text) return values[0];
  let next = 0;
  return text.replace(REFERENCE, () => {
    const value = values[next++];
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function toReference([, , name = '', path = '']: readonly (string | undefined)[]): Reference {
  return { name, path: path.split('.').slice(1) };
}
