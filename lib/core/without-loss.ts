/**
 * For JSON.stringify: refuses what JSON would lose in silence, the content of a Map, a Set or a promise.
 *
 * @throws TypeError that names the member
 */
export function withoutLoss(name: string, value: unknown): unknown {
  const loss = lossOf(value);
  if (loss === undefined) return value;
  const [kind, way] = loss;
  throw new TypeError(`${name === '' ? 'it' : `"${name}"`} is a ${kind}, which JSON does not hold; write ${way}`);
}

function lossOf(value: unknown): readonly [kind: string, way: string] | undefined {
  if (value instanceof Map) return ['Map', 'Object.fromEntries(map)'];
  if (value instanceof Set) return ['Set', '[...set]'];
  if (value instanceof Promise) return ['promise', '`await` before it'];
  return undefined;
}
