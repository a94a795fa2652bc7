import { aliasShape } from './alias-routes.ts';
import { functionConfiguration } from './function-configuration.ts';
import { functionNotFound } from './lambda-error.ts';
import type { LambdaParts } from './lambda-parts.ts';
import { type InvocationTarget, LATEST } from './local-function.ts';
import { decodedPart } from './model-route.ts';
import type { Answer, Route, RouteCall } from './route.ts';

/** The routes that tell of versions, aliases and settings of functions. */
export function configurationRoutes({ registry, states }: LambdaParts): readonly Route[] {
  const route = (
    operation: string,
    path: string,
    answer: (target: InvocationTarget, call: RouteCall) => Answer | object,
  ): Route => ({
    operation,
    method: 'GET',
    path: new RegExp(`^/${path}$`),
    handle(call) {
      const { functionName, qualifier, context } = call;
      context.authorize(`lambda:${operation}`, registry.arnOf(functionName, qualifier));
      return { status: 200, body: answer(registry.resolve(functionName, qualifier), call) };
    },
  });

  return [
    route('ListVersionsByFunction', '2015-03-31/functions/([^/]+)/versions', ({ fn }) => ({
      Versions: [LATEST, ...fn.versions.keys()].map((version) =>
        functionConfiguration(fn, version, `${fn.definition.arn}:${version}`, states.members(fn)),
      ),
    })),
    route('ListAliases', '2015-03-31/functions/([^/]+)/aliases', ({ fn }) => ({
      Aliases: [...fn.aliases.keys()].map((name) => aliasShape(fn, name)),
    })),
    route('GetAlias', '2015-03-31/functions/([^/]+)/aliases/[^/]+', ({ fn }, { context }) => {
      const name = decodedPart(context.url.pathname.split('/').at(-1));
      return aliasShape(fn, name);
    }),
    route('GetFunctionCodeSigningConfig', '2020-06-30/functions/([^/]+)/code-signing-config', ({ fn }) => ({
      CodeSigningConfigArn: '',
      FunctionName: fn.definition.functionName,
    })),
    route('GetFunctionConcurrency', '2019-09-30/functions/([^/]+)/concurrency', ({ fn }) => {
      const { reservedConcurrency } = fn.definition;
      return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    }),
    {
      operation: 'GetFunctionUrlConfig',
      method: 'GET',
      path: /^\/2021-10-31\/functions\/([^/]+)\/url$/,
      handle(call) {
        const arn = registry.arnOf(call.functionName, call.qualifier);
        call.context.authorize('lambda:GetFunctionUrlConfig', arn);
        // Function URLs are not simulated, so that no function has one.
        throw functionNotFound(arn);
      },
    },
  ];
}
