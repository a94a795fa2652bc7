import { AwsError } from '../kernel/aws-error.ts';
import type { ResourceDeclaration } from '../kernel/service.ts';
import { tagKeys } from '../wire/request-keys.ts';
import { digestOfArchive, noteDigest } from './code-digest.ts';
import { functionConfiguration } from './function-configuration.ts';
import { type FunctionRecord, readFunction, requireRuntimeAndHandler } from './function-definition.ts';
import { PENDING } from './function-state.ts';
import { functionExists, invalidParameter, staleRevision } from './lambda-error.ts';
import type { LambdaParts } from './lambda-parts.ts';
import { LATEST, type LocalFunction } from './local-function.ts';
import type { ModelHandler } from './model-route.ts';
import type { Answer, RouteCall } from './route.ts';
import type { CodeInput } from './uploaded-code.ts';

/** The members of UpdateFunctionConfiguration that change the function. */
const CONFIGURABLE = [
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FileSystemConfigs',
  'Handler',
  'KMSKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'Role',
  'Runtime',
  'SnapStart',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
] as const;

/** What changes nothing here, though it would in AWS. */
const IGNORED = ['FileSystemConfigs', 'Layers', 'VpcConfig'] as const;

type Members = Readonly<Record<string, unknown>>;

/** CreateFunction, and what changes, publishes and deletes functions. */
export function functionHandlers(parts: LambdaParts): Readonly<Record<string, ModelHandler>> {
  const { kernel, registry, states, upload, mappings } = parts;

  function target(call: RouteCall, action: string): LocalFunction {
    call.context.authorize(`lambda:${action}`, registry.arnOf(call.functionName));
    return registry.resolve(call.functionName).fn;
  }

  /** A function or one of its versions, in a state that is told or that it has now. */
  function describe(fn: LocalFunction, version = LATEST, state?: object): object {
    const { arn } = fn.definition;
    const named = version === LATEST ? arn : `${arn}:${version}`;
    return { ...functionConfiguration(fn, version, named, states.members(fn)), ...state };
  }

  function passRole(call: RouteCall, role: string): void {
    call.context.authorize('iam:PassRole', role, { 'iam:PassedToService': 'lambda.amazonaws.com' });
    try {
      kernel.identity.authorize(kernel.identity.service('lambda.amazonaws.com'), 'sts:AssumeRole', role);
    } catch {
      throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
    }
  }

  /** A definition of these properties, and a notice of those that change nothing here. */
  function define(properties: Members, before: Partial<ResourceDeclaration>): FunctionRecord {
    const runtime = String(properties.Runtime ?? '');
    if (!/^(nodejs|python|java|dotnet|dotnetcore|go|ruby|provided)[\w.]*$/.test(runtime)) {
      throw invalidParameter(`Value ${runtime} at 'runtime' failed to satisfy constraint: Member must be a runtime`);
    }
    const declaration = { type: 'AWS::Lambda::Function', logicalId: '', stackName: '', assemblyDir: '', ...before };
    const definition = readFunction({ ...declaration, properties }, kernel);
    const given = IGNORED.filter((name) => hasContent(properties[name]));
    if (given.length > 0) {
      const message = `${given.join(', ')} of function ${definition.functionName} are kept, and change nothing`;
      kernel.events.emit('notice', { message });
    }
    if (definition.code.kind === 'unavailable') kernel.events.emit('notice', { message: definition.code.reason });
    return definition;
  }

  /** The definition of a function with some members changed; its code stays the same where it is not among them. */
  function redefine(fn: LocalFunction, changes: Members): FunctionRecord {
    const { properties, logicalId, stackName, path, code } = fn.definition;
    const place = { logicalId, stackName, ...(path === undefined ? {} : { path }) };
    const definition = define({ ...properties, FunctionName: fn.definition.functionName, ...changes }, place);
    // Another runtime may run what the last could not.
    return 'Code' in changes || code.kind === 'unavailable' ? definition : { ...definition, code };
  }

  return {
    async CreateFunction(input, call) {
      const { context } = call;
      const { FunctionName, Code = {}, Publish, Tags = {}, ...properties } = input;
      const functionName = registry.nameOf(FunctionName);
      context.authorize('lambda:CreateFunction', registry.arnOf(functionName), tagKeys({ Tags }));
      if (registry.has(functionName)) throw functionExists(functionName);
      if (input.PackageType === 'Image') await upload.archiveOf(context.principal, { ImageUri: 'any' });
      requireRuntimeAndHandler(properties);
      passRole(call, String(properties.Role));
      const archive = await upload.archiveOf(context.principal, Code as CodeInput);
      const LocalPath = await upload.unpack(archive);
      const definition = define(
        { ...properties, FunctionName: functionName, Code: { LocalPath }, Tags: tagList(Tags) },
        { logicalId: functionName },
      );
      noteDigest(definition.code, digestOfArchive(archive));
      const fn = parts.createFunction(definition);
      registry.add(fn);
      return created(describeNew(fn, Publish === true ? fn.publish() : LATEST, states.created(fn)));
    },

    async UpdateFunctionCode(input, call) {
      const fn = target(call, 'UpdateFunctionCode');
      checkRevision(fn, input.RevisionId);
      const archive = await upload.archiveOf(call.context.principal, input);
      const digest = digestOfArchive(archive);
      if (input.DryRun === true) return { status: 200, body: { ...describe(fn), ...digest } };
      states.checkChangeable(fn);
      const LocalPath = await upload.unpack(archive);
      const { Architectures } = input;
      const definition = redefine(fn, {
        Code: { LocalPath },
        ...(Architectures === undefined ? {} : { Architectures }),
      });
      noteDigest(definition.code, digest);
      fn.update(definition);
      const state = states.updated(fn);
      if (input.Publish !== true) return { status: 200, body: describe(fn, LATEST, state) };
      return { status: 200, body: describeNew(fn, fn.publish(), PENDING) };
    },

    UpdateFunctionConfiguration(input, call) {
      const fn = target(call, 'UpdateFunctionConfiguration');
      checkRevision(fn, input.RevisionId);
      states.checkChangeable(fn);
      if (input.Role !== undefined) passRole(call, input.Role);
      const changes = CONFIGURABLE.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]);
      fn.update(redefine(fn, Object.fromEntries(changes)));
      return { status: 200, body: describe(fn, LATEST, states.updated(fn)) };
    },

    async DeleteFunction(_input, call) {
      const { functionName, qualifier, context } = call;
      context.authorize('lambda:DeleteFunction', registry.arnOf(functionName, qualifier));
      const { fn, version, qualifier: named } = registry.resolve(functionName, qualifier);
      if (named !== undefined) {
        if (named === LATEST || fn.aliases.has(named)) {
          throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
        }
        const pointing = [...fn.aliases].filter(([, to]) => to === version).map(([name]) => name);
        if (pointing.length > 0) {
          const message = `Unable to delete version because the following aliases reference it: [${pointing.join(', ')}]`;
          throw new AwsError('ResourceConflictException', message, { status: 409, members: { Type: 'User' } });
        }
        fn.unpublish(version);
        return { status: 204 };
      }
      registry.remove(fn);
      mappings.release(fn);
      await fn.pool.stop();
      return { status: 204 };
    },

    PublishVersion(input, call) {
      const fn = target(call, 'PublishVersion');
      checkRevision(fn, input.RevisionId);
      states.checkChangeable(fn);
      const digest = digestOfFunction(describe(fn));
      if (input.CodeSha256 !== undefined && input.CodeSha256 !== digest) {
        throw invalidParameter(
          `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${digest}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      // Nothing changed since the last: there is no new version then.
      const last = [...fn.versions].at(-1);
      const version =
        last?.[1].revisionId === fn.definition.revisionId ? last[0] : fn.publish(input.Description || undefined);
      return created(describe(fn, version));
    },
  };

  /** As the answer of a request has it that made it: no update of it has succeeded yet. */
  function describeNew(fn: LocalFunction, version: string, state: object): object {
    const { LastUpdateStatus: _none, ...rest } = describe(fn, version) as Record<string, unknown>;
    return { ...rest, ...state };
  }
}

function created(body: object): Answer {
  return { status: 201, body };
}

function digestOfFunction(configuration: object): string {
  return (configuration as { readonly CodeSha256: string }).CodeSha256;
}

/** @throws AwsError PreconditionFailedException when the caller knows an older state */
export function checkRevision(fn: LocalFunction, revisionId: unknown): void {
  if (revisionId === undefined || revisionId === fn.definition.revisionId) return;
  throw staleRevision('GetFunction or the GetAlias');
}

function tagList(tags: Readonly<Record<string, string>>): readonly { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Whether a member says more than that there is nothing. */
function hasContent(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value)
    ? value.length > 0
    : Object.values(value).some((entry) => hasContent(entry) || entry === true);
}
