import { ConfigurationError } from '../../core/errors.ts';
import { documentText } from '../request-input.ts';
import type { Preparation } from '../request-plan.ts';
import type { TypeSchema } from '../type-schema.ts';
import { makePatch } from './make-patch.ts';
import { changedProperties, delicateProperties, type PatchOperation } from './patch-operation.ts';

/** The resource that is to be changed. */
export interface PatchedResource {
  readonly typeName: string;
  readonly identifier: string;
  /** Undefined where it is not known what may be changed. */
  readonly schema: TypeSchema | undefined;
  readonly warnings: readonly string[];
}

/** A patch as it was given, or what it is to be made from. */
export type PatchSource =
  | { readonly given: readonly PatchOperation[] }
  | { readonly live: Readonly<Record<string, unknown>>; readonly desired: Readonly<Record<string, unknown>> };

/** The update that a patch becomes, if there is anything to change. @throws ConfigurationError where it cannot be made */
export function plannedPatch(resource: PatchedResource, source: PatchSource): Preparation {
  const { typeName, identifier, schema, warnings } = resource;
  const operations = 'given' in source ? source.given : fromDesired(resource, source.live, source.desired);
  if (operations.length === 0) return { kind: 'unchanged', identifier, warnings };
  const mayReplace = schema === undefined ? [] : checkAgainst(schema, identifier, operations);
  return {
    kind: 'request',
    operation: 'UPDATE',
    input: { Identifier: identifier, PatchDocument: documentText(`the patch of ${typeName}`, operations) },
    identifier,
    changedProperties: changedProperties(operations),
    warnings,
    ...(mayReplace.length === 0 ? {} : { mayReplace }),
  };
}

function fromDesired(
  { typeName, identifier, schema }: PatchedResource,
  live: Readonly<Record<string, unknown>>,
  desired: Readonly<Record<string, unknown>>,
): readonly PatchOperation[] {
  const { operations, replacing } = makePatch(schema, live, desired);
  if (replacing.length === 0) return operations;
  throw new ConfigurationError(
    `${typeName} ${identifier} cannot be brought to the desired state: ${replacing.join(', ')} can be set on creation alone, so that it takes another resource; delete it and create it anew, or leave the property as it is`,
  );
}

/** @returns the properties of which only the type's handler can tell whether they can be changed so */
function checkAgainst(
  schema: TypeSchema,
  identifier: string,
  operations: readonly PatchOperation[],
): readonly string[] {
  const { typeName, isUpdatable } = schema;
  const names = changedProperties(operations).join(', ');
  if (!isUpdatable) {
    throw new ConfigurationError(
      `${typeName} ${identifier} cannot be changed (${names}): the type has no update handler, so that every change takes another resource`,
    );
  }
  const { createOnly, readOnly, conditional } = delicateProperties(schema, operations);
  if (createOnly.length === 0 && readOnly.length === 0) return conditional;
  const parts = [
    createOnly.length > 0 ? `${createOnly.join(', ')} can be set on creation alone` : undefined,
    readOnly.length > 0 ? `${readOnly.join(', ')} can be read alone` : undefined,
  ];
  const why = parts.filter((part) => part !== undefined).join('; ');
  throw new ConfigurationError(`the patch of ${typeName} ${identifier} touches what cannot be changed: ${why}`);
}
