import { HandlerError } from '../handler-error.ts';
import type { Model, ResourceType } from '../resource-type.ts';

/** A type that is not simulated: its resources are documents that are kept, and nothing else. */
export function documentType(
  typeName: ResourceType['schema']['typeName'],
  documents: Map<string, Model>,
): ResourceType {
  const kind = typeName.split('::').at(-1);

  /** Most types take their name as `<Kind>Name` or `Name`. */
  function nameIn(model: Model): string | undefined {
    const name = model[`${kind}Name`] ?? model.Name;
    return typeof name === 'string' && name !== '' ? name : undefined;
  }

  function mustExist(identifier: string): Model {
    const document = documents.get(identifier);
    if (document !== undefined) return document;
    throw new HandlerError('NotFound', `Resource of type '${typeName}' with identifier '${identifier}' was not found.`);
  }

  return {
    schema: { typeName, properties: {}, primaryIdentifier: ['Id'], readOnly: ['Id'], isOpen: true, permissions: {} },
    remark: `the local cloud does not simulate ${typeName}: the resource is a document, and nothing else`,
    identifierOf: nameIn,
    async create(model, call) {
      const identifier = nameIn(model) ?? call.generatedName();
      if (documents.has(identifier)) {
        const message = `Resource of type '${typeName}' with identifier '${identifier}' already exists.`;
        throw new HandlerError('AlreadyExists', message);
      }
      documents.set(identifier, model);
      return identifier;
    },
    read: async (identifier) => mustExist(identifier),
    async update(identifier, desired) {
      mustExist(identifier);
      documents.set(identifier, desired);
    },
    async delete(identifier) {
      mustExist(identifier);
      documents.delete(identifier);
    },
    list: async () => [...documents.keys()],
  };
}
