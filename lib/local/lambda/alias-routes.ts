import { AwsError } from '../kernel/aws-error.ts';
import { functionNotFound, resourceNotFound, staleRevision } from './lambda-error.ts';
import type { LambdaParts } from './lambda-parts.ts';
import { LATEST, type LocalFunction } from './local-function.ts';
import type { ModelHandler } from './model-route.ts';
import type { RouteCall } from './route.ts';

/** An alias in the shape of the API. @throws AwsError ResourceNotFoundException */
export function aliasShape({ aliases, definition }: LocalFunction, name: string): Readonly<Record<string, string>> {
  const arn = `${definition.arn}:${name}`;
  const version = aliases.get(name);
  if (version === undefined) throw resourceNotFound(`Cannot find alias arn: ${arn}`);
  return {
    AliasArn: arn,
    Name: name,
    FunctionVersion: version,
    Description: '',
    RevisionId: `${name}-${version}`,
  };
}

/** CreateAlias, UpdateAlias and DeleteAlias. */
export function aliasHandlers({ registry }: LambdaParts): Readonly<Record<string, ModelHandler>> {
  function target({ context, functionName }: RouteCall, action: string): LocalFunction {
    context.authorize(`lambda:${action}`, registry.arnOf(functionName));
    return registry.resolve(functionName).fn;
  }

  function point(fn: LocalFunction, name: string, version: string, routing: unknown): object {
    if (version !== LATEST && !fn.versions.has(version)) throw functionNotFound(`${fn.definition.arn}:${version}`);
    if (Object.keys(Object((routing as { AdditionalVersionWeights?: object })?.AdditionalVersionWeights)).length > 0) {
      const message = 'aliases that point to two versions are not simulated';
      throw new AwsError('NotImplementedException', message, { status: 501 });
    }
    fn.aliases.set(name, version);
    return aliasShape(fn, name);
  }

  return {
    CreateAlias({ Name, FunctionVersion, RoutingConfig }, call) {
      const fn = target(call, 'CreateAlias');
      if (fn.aliases.has(Name)) {
        const message = `Alias already exists: ${fn.definition.arn}:${Name}`;
        throw new AwsError('ResourceConflictException', message, { status: 409, members: { Type: 'User' } });
      }
      return { status: 201, body: point(fn, Name, FunctionVersion, RoutingConfig) };
    },
    UpdateAlias({ Name, FunctionVersion, RoutingConfig, RevisionId }, call) {
      const fn = target(call, 'UpdateAlias');
      const { RevisionId: latest } = aliasShape(fn, Name);
      if (RevisionId !== undefined && RevisionId !== latest) throw staleRevision('GetFunction or the GetAlias');
      return { status: 200, body: point(fn, Name, FunctionVersion ?? fn.aliases.get(Name), RoutingConfig) };
    },
    DeleteAlias({ Name }, call) {
      target(call, 'DeleteAlias').aliases.delete(Name);
      return { status: 204 };
    },
  };
}
