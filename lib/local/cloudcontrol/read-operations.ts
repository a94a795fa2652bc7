import { AwsError } from '../kernel/aws-error.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation } from '../kernel/service.ts';
import {
  answered,
  authorizeOperation,
  type CloudControlParts,
  credentialsFor,
  type ResourceInput,
  typeFor,
} from './cloudcontrol-parts.ts';
import { identifierParts, type Model, plainIdentifier } from './resource-type.ts';
import { parseModel } from './validate-model.ts';

interface GetInput extends ResourceInput {
  readonly Identifier: string;
}

interface ListInput extends ResourceInput {
  readonly ResourceModel?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

const DEFAULT_PAGE = 20;

/** GetResource and ListResources. */
export function createReadOperations(parts: CloudControlParts): Record<string, Operation> {
  const { handlers } = parts;
  return {
    async GetResource(input: GetInput, context) {
      authorizeOperation(parts, context, 'GetResource');
      const { TypeName } = input;
      const type = typeFor(parts, input, 'READ');
      const Identifier = plainIdentifier(type.schema, input.Identifier);
      const credentials = credentialsFor(parts, input, context);
      const model = await answered(parts, TypeName, handlers.read(type, Identifier, credentials));
      return { TypeName, ResourceDescription: { Identifier, Properties: JSON.stringify(model) } };
    },

    async ListResources(input: ListInput, context) {
      authorizeOperation(parts, context, 'ListResources');
      const { TypeName, ResourceModel, MaxResults = DEFAULT_PAGE, NextToken } = input;
      const type = typeFor(parts, input, 'LIST');
      const { schema } = type;
      const credentials = credentialsFor(parts, input, context);
      const model = ResourceModel === undefined ? {} : parseModel(ResourceModel);
      requireProperties(TypeName, schema.listNeeds ?? [], model);
      const identifiers = await answered(parts, TypeName, handlers.list(type, model, credentials));
      const { items, nextToken } = pageOf(identifiers, {
        list: `cloudformation:ListResources:${TypeName}`,
        size: MaxResults,
        token: NextToken,
        refusal: 'InvalidRequestException',
      });
      return {
        TypeName,
        ResourceDescriptions: items.map((Identifier) => ({
          Identifier,
          Properties: JSON.stringify(schema.isOpen ? {} : identifierParts(schema, Identifier)),
        })),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },
  };
}

/** @throws AwsError InvalidRequestException */
function requireProperties(typeName: string, needed: readonly string[], model: Model): void {
  const missing = needed.filter((name) => model[name] === undefined);
  if (missing.length === 0) return;
  const message = `Missing or invalid ResourceModel property in ${typeName} list handler request input. Required property: [${missing.join(', ')}]`;
  throw new AwsError('InvalidRequestException', message);
}
