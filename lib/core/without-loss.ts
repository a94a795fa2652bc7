/**
 * For JSON.stringify: refuses what JSON would lose in silence, the content of a Map or a Set.
 *
 * @throws TypeError that names the member
 */
export function withoutLoss(name: string, value: unknown): unknown {
  if (!(value instanceof Map || value instanceof Set)) return value;
  const [kind, way] = value instanceof Map ? ['Map', 'Object.fromEntries(map)'] : ['Set', '[...set]'];
  throw new TypeError(`${name === '' ? 'it' : `"${name}"`} is a ${kind}, which JSON does not hold; write ${way}`);
}
