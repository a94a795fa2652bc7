import { ConfigurationError } from '../../core/errors.ts';
import { below, isWithin, type PropertyPath, pointerSegments, type TypeSchema } from '../type-schema.ts';

/** One operation of a JSON patch (RFC 6902). Paths begin at the properties of the type. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

/** A path as a JSON pointer (RFC 6901). */
export function pathPointer(path: PropertyPath): string {
  return path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Reads a patch that came from outside. @throws ConfigurationError that names the operation which cannot be */
export function checkPatchDocument(typeName: string, patch: unknown): readonly PatchOperation[] {
  if (!Array.isArray(patch)) {
    throw new ConfigurationError(
      `the patch of ${typeName} must be a list of operations (RFC 6902), but is ${typeof patch}`,
    );
  }
  for (const [index, operation] of patch.entries()) {
    const { op, path, from } = (operation ?? {}) as Readonly<Record<string, unknown>>;
    const needsFrom = op === 'move' || op === 'copy';
    if (!OPERATIONS.includes(String(op)) || typeof path !== 'string' || (needsFrom && typeof from !== 'string')) {
      throw new ConfigurationError(
        `operation ${index} of the patch of ${typeName} is none: it needs an op of ${OPERATIONS.join(', ')} and a path`,
      );
    }
  }
  return patch as readonly PatchOperation[];
}

/** The properties of a patch that nobody can change, by why, and those of which only some changes can be made. */
export function delicateProperties(schema: TypeSchema, patch: readonly PatchOperation[]) {
  const changed = patch
    .filter(({ op }) => op !== 'test')
    .flatMap(({ op, path, from }) => (op === 'move' && from !== undefined ? [path, from] : [path]))
    .map(pointerSegments);
  const among = (listed: readonly PropertyPath[]) =>
    changed.filter((path) => isWithin(path, listed)).map((path) => path.join('.'));
  const listed = schema.conditionallyCreateOnly;
  // A value that is sent whole may change those within it.
  const conditional = changed.filter((path) => isWithin(path, listed) || below(path, listed).length > 0);
  return {
    createOnly: among(schema.createOnly),
    readOnly: among(schema.readOnly),
    conditional: conditional.map((path) => path.join('.')),
  };
}

/** The names of the properties that a patch changes. */
export function changedProperties(patch: readonly PatchOperation[]): readonly string[] {
  const names = patch.filter(({ op }) => op !== 'test').map(({ path }) => pointerSegments(path)[0] ?? '');
  return [...new Set(names)];
}
