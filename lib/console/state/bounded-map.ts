/** A map that forgets: what is over its limit goes, the oldest that may go first. */
export interface BoundedMap<Value> extends ReadonlyMap<string, Value> {
  set(key: string, value: Value): void;
  delete(key: string): boolean;
}

/** How far a map that is full looks for something that may go. */
const MOST_LOOKED_AT = 100;

/**
 * Creates an empty map.
 *
 * @param limit - the most entries that it holds
 * @param mayGo - what goes first; where the oldest hundred may all not, the oldest goes
 */
export function createBoundedMap<Value>(limit: number, mayGo: (value: Value) => boolean = () => true) {
  const map = new Map<string, Value>();
  const set = map.set.bind(map);

  function victim(): string | undefined {
    let looked = 0;
    for (const [key, value] of map) {
      if (mayGo(value)) return key;
      if (++looked === MOST_LOOKED_AT) break;
    }
    return map.keys().next().value;
  }

  map.set = (key, value) => {
    if (!map.has(key) && map.size >= limit) {
      const gone = victim();
      if (gone !== undefined) map.delete(gone);
    }
    return set(key, value);
  };
  return map as BoundedMap<Value>;
}
