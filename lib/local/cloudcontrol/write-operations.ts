import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import {
  answered,
  authorizeOperation,
  type CloudControlParts,
  credentialsFor,
  type ResourceInput,
  typeFor,
} from './cloudcontrol-parts.ts';
import { without } from './handlers.ts';
import { applyPatch, isEqual, PatchError, parsePatch } from './json-patch.ts';
import { progressEvent } from './progress-event.ts';
import type { ResourceRequest } from './request-store.ts';
import { identifierIn, type Model, plainIdentifier, type ResourceSchema } from './resource-type.ts';
import { parseModel, validateModel } from './validate-model.ts';

interface WriteInput extends ResourceInput {
  readonly ClientToken?: string;
  readonly Identifier: string;
  readonly DesiredState: string;
  readonly PatchDocument: string;
}

/** CreateResource, UpdateResource and DeleteResource: what can be refused at once is, the rest goes on by itself. */
export function createWriteOperations(parts: CloudControlParts): Record<string, Operation> {
  const { requests, runner, handlers, kernel } = parts;
  const firstAnswer = (request: ResourceRequest) => ({ ProgressEvent: progressEvent(request) });
  const again = (request: ResourceRequest) => ({
    ProgressEvent: progressEvent(request, kernel.clock.now() + 1_000),
  });

  return {
    CreateResource(input: WriteInput, context) {
      authorizeOperation(parts, context, 'CreateResource');
      const type = typeFor(parts, input, 'CREATE');
      const { ClientToken: clientToken, TypeName: typeName } = input;
      const fingerprint = fingerprintOf('CREATE', input);
      const former = requests.repeated(clientToken, fingerprint);
      if (former !== undefined) return again(former);
      const model = parseModel(input.DesiredState);
      refuseReadOnly(type.schema, model);
      validateModel(type.schema, model);
      const credentials = credentialsFor(parts, input, context);
      const identifier = (type.identifierOf ?? ((given) => identifierIn(type.schema, given)))(model);
      const request = requests.add({ typeName, operation: 'CREATE', identifier, clientToken, fingerprint });
      const made = (created: string) => {
        request.identifier = created;
      };
      const handle = () => handlers.create(type, model, credentials, made);
      runner.start(request, { properties: model, handle, remark: type.remark });
      return firstAnswer(request);
    },

    async UpdateResource(input: WriteInput, context) {
      authorizeOperation(parts, context, 'UpdateResource');
      const type = typeFor(parts, input, 'UPDATE');
      const { ClientToken: clientToken, TypeName: typeName } = input;
      const identifier = plainIdentifier(type.schema, input.Identifier);
      const fingerprint = fingerprintOf('UPDATE', input);
      const former = requests.repeated(clientToken, fingerprint);
      if (former !== undefined) return again(former);
      const credentials = credentialsFor(parts, input, context);
      const present = await answered(parts, typeName, handlers.read(type, identifier, credentials));
      const desired = patched(type.schema, present, input.PatchDocument);
      validateModel(type.schema, without(desired, type.schema.readOnly));
      const request = requests.add({ typeName, operation: 'UPDATE', identifier, clientToken, fingerprint });
      runner.start(request, {
        properties: desired,
        previousProperties: present,
        remark: type.remark,
        handle: async () => {
          await handlers.update(type, identifier, desired, present, credentials);
          return identifier;
        },
      });
      return firstAnswer(request);
    },

    DeleteResource(input: WriteInput, context) {
      authorizeOperation(parts, context, 'DeleteResource');
      const type = typeFor(parts, input, 'DELETE');
      const { ClientToken: clientToken, TypeName: typeName } = input;
      const identifier = plainIdentifier(type.schema, input.Identifier);
      const fingerprint = fingerprintOf('DELETE', input);
      const former = requests.repeated(clientToken, fingerprint);
      if (former !== undefined) return again(former);
      const credentials = credentialsFor(parts, input, context);
      const request = requests.add({ typeName, operation: 'DELETE', identifier, clientToken, fingerprint });
      runner.start(request, {
        handle: async () => {
          await handlers.delete(type, identifier, credentials);
          return identifier;
        },
      });
      return firstAnswer(request);
    },
  };
}

function fingerprintOf(operation: string, { ClientToken: _token, ...input }: WriteInput): string {
  return JSON.stringify([operation, Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** @throws AwsError ValidationException */
function refuseReadOnly({ readOnly = [] }: ResourceSchema, model: Model): void {
  const given = readOnly.filter((name) => Object.hasOwn(model, name));
  if (given.length === 0) return;
  const pointers = given.map((name) => `/properties/${name}`).join(', ');
  throw new AwsError('ValidationException', `Invalid desired state: readOnlyProperties [${pointers}] cannot be set`);
}

/** What a patch makes of a resource. @throws AwsError ValidationException, NotUpdatableException */
function patched({ createOnly = [], readOnly = [] }: ResourceSchema, present: Model, patchText: string): Model {
  let desired: Model;
  try {
    desired = applyPatch(present, parsePatch(patchText));
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw new AwsError('ValidationException', `Invalid patch update: ${error.message}`);
  }
  for (const [kind, names] of [
    ['createOnlyProperties', createOnly],
    ['readOnlyProperties', readOnly],
  ] as const) {
    const changed = names.filter((name) => !isEqual(desired[name], present[name]));
    if (changed.length === 0) continue;
    const pointers = changed.map((name) => `/properties/${name}`).join(', ');
    throw new AwsError('NotUpdatableException', `Invalid patch update: ${kind} [${pointers}] cannot be updated`);
  }
  return desired;
}
