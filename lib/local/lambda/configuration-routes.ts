import { AwsError } from '../kernel/aws-error.ts';
import { functionConfiguration } from './function-configuration.ts';
import type { FunctionRegistry } from './function-registry.ts';
import type { Answer, Route, RouteCall } from './http-api.ts';
import { functionNotFound } from './lambda-error.ts';
import { eventInvokeConfigOf, type InvocationTarget, LATEST } from './local-function.ts';

/** The routes that tell of versions, aliases and settings of functions. */
export function configurationRoutes(registry: FunctionRegistry): readonly Route[] {
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
      Versions: [LATEST, ...fn.versions].map((version) =>
        functionConfiguration(fn.definition, version, `${fn.definition.arn}:${version}`),
      ),
    })),
    route('ListAliases', '2015-03-31/functions/([^/]+)/aliases', ({ fn }) => ({
      Aliases: [...fn.aliases.keys()].map((name) => alias(fn, name)),
    })),
    route('GetAlias', '2015-03-31/functions/([^/]+)/aliases/[^/]+', ({ fn }, { context }) => {
      const name = decodeURIComponent(context.url.pathname.split('/').at(-1) ?? '');
      if (!fn.aliases.has(name)) {
        const message = `Cannot find alias arn: ${fn.definition.arn}:${name}`;
        throw new AwsError('ResourceNotFoundException', message, { status: 404, members: { Type: 'User' } });
      }
      return alias(fn, name);
    }),
    route('GetFunctionCodeSigningConfig', '2020-06-30/functions/([^/]+)/code-signing-config', ({ fn }) => ({
      CodeSigningConfigArn: '',
      FunctionName: fn.definition.functionName,
    })),
    route('GetFunctionConcurrency', '2019-09-30/functions/([^/]+)/concurrency', ({ fn }) => {
      const { reservedConcurrency } = fn.definition;
      return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    }),
    route('GetFunctionEventInvokeConfig', '2019-09-25/functions/([^/]+)/event-invoke-config', (target) => {
      if (!target.fn.eventInvokeConfigs.has(target.qualifier ?? LATEST)) {
        const message = `The function ${target.arn} doesn't have an EventInvokeConfig`;
        throw new AwsError('ResourceNotFoundException', message, { status: 404, members: { Type: 'User' } });
      }
      const { maxRetryAttempts, maxEventAgeSeconds, onSuccess, onFailure } = eventInvokeConfigOf(target);
      return {
        FunctionArn: `${target.fn.definition.arn}:${target.qualifier ?? LATEST}`,
        MaximumRetryAttempts: maxRetryAttempts,
        MaximumEventAgeInSeconds: maxEventAgeSeconds,
        DestinationConfig: {
          OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
          OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
        },
      };
    }),
    {
      operation: 'ListTags',
      method: 'GET',
      path: /^\/2017-03-31\/tags\/(.+)$/,
      handle(call) {
        call.context.authorize('lambda:ListTags', call.functionName);
        const { fn } = registry.resolve(call.functionName);
        return { status: 200, body: { Tags: fn.definition.tags ?? {} } };
      },
    },
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

function alias({ aliases, definition }: InvocationTarget['fn'], name: string): object {
  return {
    AliasArn: `${definition.arn}:${name}`,
    Name: name,
    FunctionVersion: aliases.get(name),
    Description: '',
    RevisionId: `${name}-${aliases.get(name)}`,
  };
}
