import { ConfigurationError, PermissionError } from '../core/errors.ts';
import { identifierText, type ResourceIdentifier } from './identifier.ts';
import type { Turn } from './resource-request.ts';
import type { TypeSchema } from './type-schema.ts';

/** What is known of a type, and what must be said where that is nothing. */
export interface KnownType {
  readonly schema: TypeSchema | undefined;
  readonly warnings: readonly string[];
}

/** Asks for the schema of a type. @throws ConfigurationError when there is no such type, or Cloud Control has it not */
export async function knownType({ client, schemas }: Turn, typeName: string): Promise<KnownType> {
  const schema = await schemas.get(client, typeName);
  if (schema instanceof PermissionError) {
    const unknown = `which properties of ${typeName} are write-only, read-only or create-only is not known: ${schema.message}`;
    return { schema: undefined, warnings: [unknown] };
  }
  if (!schema.isProvisionable) {
    throw new ConfigurationError(
      `Cloud Control does not provision ${typeName}: make it by its own service or by CloudFormation`,
    );
  }
  return { schema, warnings: [] };
}

/** The identifier in the form of the API, checked against its type. @throws ConfigurationError */
export async function readIdentifier(turn: Turn, typeName: string, identifier: ResourceIdentifier) {
  const isText = typeof identifier === 'string' && identifier !== '';
  if (!isText && (typeof identifier !== 'object' || identifier === null)) {
    throw new ConfigurationError(
      `the identifier of ${typeName} must be a text, or an object of the properties that make it, but is ${JSON.stringify(identifier) ?? 'undefined'}`,
    );
  }
  const { schema, warnings } = await knownType(turn, typeName);
  return { identifier: identifierText(typeName, identifier, schema), schema, warnings };
}
