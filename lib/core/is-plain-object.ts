/** Tells whether a value has members by name: no list, and nothing that is made by a class, such as a Map. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}
