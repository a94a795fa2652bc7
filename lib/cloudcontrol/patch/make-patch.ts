import { below, isWithin, type PropertyPath, type PropertySchema, type TypeSchema } from '../type-schema.ts';
import { isAsDesired, isObject } from './compare-values.ts';
import { type PatchOperation, pathPointer } from './patch-operation.ts';

/** What has to be done so that a resource is as desired. */
export interface MadePatch {
  readonly operations: readonly PatchOperation[];
  /** Properties that would have to change and cannot: another resource is needed. */
  readonly replacing: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

/** What a type of which nothing is known allows. */
const UNKNOWN_TYPE: Omit<TypeSchema, 'typeName' | 'isProvisionable' | 'isUpdatable'> = {
  primaryIdentifier: [],
  readOnly: [],
  writeOnly: [],
  createOnly: [],
  conditionallyCreateOnly: [],
  root: {},
  resolve: () => undefined,
};

/**
 * Makes the patch between a live resource and desired properties. What is not mentioned stays as it is; `null` removes.
 *
 * - Read-only properties are left out: nobody can set them.
 * - Write-only ones cannot be compared, and are sent each time, unless they are create-only.
 * - Everything is sent as `add`, which sets what is there and what is not; `replace` fails on what a read does not show.
 * - Objects whose members the type names are gone into; lists and maps are sent whole.
 *
 * @param schema - undefined where it is not known: then nothing is recognised as write-only or create-only
 */
export function makePatch(schema: TypeSchema | undefined, live: Members, desired: Members): MadePatch {
  const type = schema ?? UNKNOWN_TYPE;
  const operations: PatchOperation[] = [];
  const replacing: string[] = [];

  function set(path: PropertyPath, value: unknown): void {
    if (isWithin(path, type.createOnly)) replacing.push(path.join('.'));
    else operations.push(value === null ? { op: 'remove', path: pathPointer(path) } : addition(path, value));
  }

  function compare(path: PropertyPath, present: unknown, wanted: unknown, property: PropertySchema | undefined): void {
    // What names the resource is what it was found by.
    if (isWithin(path, type.readOnly) || isWithin(path, type.primaryIdentifier)) return;
    if (isWithin(path, type.writeOnly)) {
      if (wanted !== null && !isWithin(path, type.createOnly)) operations.push(addition(path, wanted));
      return;
    }
    const resolved = type.resolve(property);
    if (isObject(wanted) && isObject(present) && resolved?.properties !== undefined) {
      for (const [name, value] of Object.entries(wanted)) {
        compare([...path, name], present[name], value, resolved.properties[name]);
      }
      return;
    }
    if (wanted === null) {
      if (present !== undefined) set(path, null);
      return;
    }
    const settable = withoutReadOnly(path, wanted, type.readOnly);
    const hasHidden = below(path, type.writeOnly).some((hidden) => hasValueAt(settable, hidden.slice(path.length)));
    if (!hasHidden && isAsDesired(present, settable, property, type.resolve)) return;
    set(path, settable);
  }

  for (const [name, value] of Object.entries(desired)) {
    compare([name], live[name], value, type.root.properties?.[name]);
  }
  return { operations, replacing };
}

function addition(path: PropertyPath, value: unknown): PatchOperation {
  return { op: 'add', path: pathPointer(path), value };
}

/** Leaves out the read-only members of a value that is sent whole. */
function withoutReadOnly(path: PropertyPath, value: unknown, readOnly: readonly PropertyPath[]): unknown {
  if (below(path, readOnly).length === 0) return value;
  if (Array.isArray(value)) return value.map((entry) => withoutReadOnly([...path, '*'], entry, readOnly));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !isWithin([...path, name], readOnly))
      .map(([name, member]) => [name, withoutReadOnly([...path, name], member, readOnly)]),
  );
}

function hasValueAt(value: unknown, [segment, ...rest]: PropertyPath): boolean {
  if (segment === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  const members = segment === '*' ? Object.values(value) : [(value as Members)[segment]];
  return members.some((member) => hasValueAt(member, rest));
}
