/** A patch that cannot be applied. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** A place in a list, without leading zeros (RFC 6901, section 4). */
const INDEX = /^(?:0|[1-9]\d*)$/;
const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/** Reads a patch document. @throws PatchError */
export function parsePatch(text: string): readonly PatchOperation[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new PatchError('the patch document is not JSON');
  }
  if (!Array.isArray(document)) throw new PatchError('the patch document is not an array of operations');
  for (const [index, operation] of document.entries()) {
    const { op, path, from } = (operation ?? {}) as Partial<PatchOperation>;
    if (typeof path !== 'string') throw new PatchError(`operation ${index} has no path`);
    if (!OPERATIONS.includes(String(op))) throw new PatchError(`operation ${index} has the unknown op "${op}"`);
    if ((op === 'move' || op === 'copy') && typeof from !== 'string') {
      throw new PatchError(`operation ${index} (${op}) has no from`);
    }
    if ((op === 'add' || op === 'replace' || op === 'test') && !Object.hasOwn(operation, 'value')) {
      throw new PatchError(`operation ${index} (${op}) has no value`);
    }
  }
  return document;
}

/** Applies a patch (RFC 6902) to a copy of a document. Paths may leave out their leading slash, as in AWS. @throws PatchError */
export function applyPatch(
  document: Readonly<Record<string, unknown>>,
  patch: readonly PatchOperation[],
): Record<string, unknown> {
  const root = { document: structuredClone(document) as unknown };
  for (const operation of patch) applyOne(root, operation);
  if (typeof root.document !== 'object' || root.document === null || Array.isArray(root.document)) {
    throw new PatchError('the patch replaces the whole resource by something that is not an object');
  }
  return root.document as Record<string, unknown>;
}

/** The first property on the way of a pointer. */
export function topLevelOf(pointer: string): string {
  return partsOf(pointer)[0] ?? '';
}

function applyOne(root: { document: unknown }, { op, path, from = '', value }: PatchOperation): void {
  if (op === 'test') {
    if (!isEqual(at(root, path), value)) throw new PatchError(`test of ${path} failed`);
  } else if (op === 'remove') remove(root, path);
  else if (op === 'copy') add(root, path, structuredClone(at(root, from)));
  else if (op === 'move') add(root, path, remove(root, from));
  else {
    if (op === 'replace' && partsOf(path).length > 0) remove(root, path);
    add(root, path, value);
  }
}

function partsOf(pointer: string): readonly string[] {
  if (pointer === '') return [];
  const text = pointer.startsWith('/') ? pointer.slice(1) : pointer;
  return text.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function parentOf(root: { document: unknown }, pointer: string): { parent: unknown; key: string } {
  const parts = partsOf(pointer);
  let parent: unknown = root.document;
  for (const part of parts.slice(0, -1)) parent = memberOf(parent, part, pointer);
  return { parent, key: parts.at(-1) ?? '' };
}

function memberOf(parent: unknown, key: string, pointer: string): unknown {
  const isThere = Array.isArray(parent)
    ? INDEX.test(key) && Number(key) < parent.length
    : typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key);
  if (!isThere) throw new PatchError(`there is nothing at ${pointer}`);
  return (parent as Record<string, unknown>)[key];
}

function at(root: { document: unknown }, pointer: string): unknown {
  return partsOf(pointer).reduce((value, part) => memberOf(value, part, pointer), root.document);
}

function add(root: { document: unknown }, pointer: string, value: unknown): void {
  if (partsOf(pointer).length === 0) {
    root.document = value;
    return;
  }
  const { parent, key } = parentOf(root, pointer);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : INDEX.test(key) ? Number(key) : -1;
    if (index < 0 || index > parent.length) throw new PatchError(`there is no place ${pointer}`);
    parent.splice(index, 0, value);
  } else if (typeof parent === 'object' && parent !== null) {
    // Set by definition: an assignment to `__proto__` would change the object's kind.
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
  } else throw new PatchError(`there is no place ${pointer}`);
}

function remove(root: { document: unknown }, pointer: string): unknown {
  const { parent, key } = parentOf(root, pointer);
  const value = memberOf(parent, key, pointer);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
  return value;
}

/** Whether two JSON values are the same, whatever the order of their members. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) => Object.hasOwn(other, key) && isEqual((one as never)[key as never], (other as never)[key as never]),
    )
  );
}
