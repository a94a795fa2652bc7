/** What may be an id: UUIDs, records of Service Catalog, execution ids. */
const ID = /[A-Za-z0-9][A-Za-z0-9_-]{11,79}/g;
/** An event is looked through this far, in characters. */
const LOOKED_AT = 200_000;

/** Everything in an event that may be the id of an answer that it is about, however deep it is wrapped. */
export function idsIn(event: unknown): ReadonlySet<string> {
  const text = JSON.stringify(event) ?? '';
  return new Set(text.slice(0, LOOKED_AT).match(ID) ?? []);
}
