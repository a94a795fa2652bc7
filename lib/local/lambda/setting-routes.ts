import type { ConditionContext } from '../kernel/kernel.ts';
import { tagKeys } from '../wire/request-keys.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG, type EventInvokeConfig, readEventInvokeConfig } from './event-invoke-config.ts';
import { invalidParameter, resourceNotFound } from './lambda-error.ts';
import type { LambdaParts } from './lambda-parts.ts';
import { ACCOUNT_CONCURRENCY, LEAST_UNRESERVED_CONCURRENCY } from './limits.ts';
import { type InvocationTarget, LATEST } from './local-function.ts';
import type { ModelHandler } from './model-route.ts';
import type { RouteCall } from './route.ts';

type Members = Readonly<Record<string, unknown>>;

/** The operations on what is set of a function beside its configuration. */
export function settingHandlers(parts: LambdaParts): Readonly<Record<string, ModelHandler>> {
  const { kernel, registry, states } = parts;
  const recursion = new WeakMap<object, string>();
  const configured = new WeakMap<EventInvokeConfig, { readonly given: Members; readonly modifiedAt: number }>();

  function target(call: RouteCall, action: string, context?: ConditionContext): InvocationTarget {
    const { functionName, qualifier } = call;
    call.context.authorize(`lambda:${action}`, registry.arnOf(functionName, qualifier), context);
    return registry.resolve(functionName, qualifier);
  }

  function putEventInvokeConfig(found: InvocationTarget, given: Members): object {
    const { fn, qualifier = LATEST } = found;
    const config = readEventInvokeConfig(given);
    for (const destination of [config.onSuccess, config.onFailure]) {
      if (destination === undefined || /^arn:[^:]+:(sqs|lambda|sns|events|s3):/.test(destination)) continue;
      throw invalidParameter(`The provided destination config DestinationConfig is invalid: ${destination}`);
    }
    fn.eventInvokeConfigs.set(qualifier, config);
    configured.set(config, { given, modifiedAt: kernel.clock.now() });
    return eventInvokeConfig(found);
  }

  /** What was given, and where nothing was, nothing: a template's shows its defaults. */
  function eventInvokeConfig({ fn, qualifier = LATEST, arn }: InvocationTarget): object {
    const config = fn.eventInvokeConfigs.get(qualifier);
    if (config === undefined) throw resourceNotFound(`The function ${arn} doesn't have an EventInvokeConfig`);
    const { given, modifiedAt } = configured.get(config) ?? { given: undefined, modifiedAt: fn.definition.modifiedAt };
    const { maxRetryAttempts, maxEventAgeSeconds, onSuccess, onFailure } = config;
    const shown =
      given === undefined
        ? { MaximumRetryAttempts: maxRetryAttempts, MaximumEventAgeInSeconds: maxEventAgeSeconds }
        : {
            ...pick(given, 'MaximumRetryAttempts'),
            ...pick(given, 'MaximumEventAgeInSeconds'),
          };
    return {
      FunctionArn: `${fn.definition.arn}:${qualifier}`,
      LastModified: modifiedAt / 1000,
      ...shown,
      DestinationConfig: {
        OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
        OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
      },
    };
  }

  /** A function, or an event source mapping, whose tags are kept by its ARN. */
  function tagged(call: RouteCall, resource: string, action: string, input: Members): Record<string, string> {
    call.context.authorize(`lambda:${action}`, resource, tagKeys(input));
    return parts.tags.of(resource);
  }

  return {
    GetFunctionEventInvokeConfig: (_input, call) => ({
      status: 200,
      body: eventInvokeConfig(target(call, 'GetFunctionEventInvokeConfig')),
    }),
    PutFunctionEventInvokeConfig: ({ FunctionName: _name, Qualifier: _qualifier, ...given }, call) => ({
      status: 200,
      body: putEventInvokeConfig(target(call, 'PutFunctionEventInvokeConfig'), given),
    }),
    UpdateFunctionEventInvokeConfig({ FunctionName: _name, Qualifier: _qualifier, ...given }, call) {
      const found = target(call, 'UpdateFunctionEventInvokeConfig');
      eventInvokeConfig(found);
      const before = found.fn.eventInvokeConfigs.get(found.qualifier ?? LATEST) ?? DEFAULT_EVENT_INVOKE_CONFIG;
      const known = configured.get(before)?.given ?? {
        MaximumRetryAttempts: before.maxRetryAttempts,
        MaximumEventAgeInSeconds: before.maxEventAgeSeconds,
        DestinationConfig: {
          OnSuccess: { Destination: before.onSuccess },
          OnFailure: { Destination: before.onFailure },
        },
      };
      return { status: 200, body: putEventInvokeConfig(found, { ...known, ...given }) };
    },
    DeleteFunctionEventInvokeConfig(_input, call) {
      const found = target(call, 'DeleteFunctionEventInvokeConfig');
      eventInvokeConfig(found);
      found.fn.eventInvokeConfigs.delete(found.qualifier ?? LATEST);
      return { status: 204 };
    },
    ListFunctionEventInvokeConfigs(_input, call) {
      const { fn } = target(call, 'ListFunctionEventInvokeConfigs');
      const configs = [...fn.eventInvokeConfigs.keys()].map((qualifier) =>
        eventInvokeConfig({ fn, qualifier, version: qualifier, arn: `${fn.definition.arn}:${qualifier}` }),
      );
      return { status: 200, body: { FunctionEventInvokeConfigs: configs } };
    },
    PutFunctionConcurrency({ ReservedConcurrentExecutions }, call) {
      const { fn } = target(call, 'PutFunctionConcurrency');
      const others = registry.all().filter((other) => other !== fn);
      const reserved = others.reduce((sum, { definition }) => sum + (definition.reservedConcurrency ?? 0), 0);
      if (reserved + ReservedConcurrentExecutions > ACCOUNT_CONCURRENCY - LEAST_UNRESERVED_CONCURRENCY) {
        throw invalidParameter(
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED_CONCURRENCY}].`,
        );
      }
      fn.update({ ...fn.definition, reservedConcurrency: ReservedConcurrentExecutions });
      return { status: 200, body: { ReservedConcurrentExecutions } };
    },
    DeleteFunctionConcurrency(_input, call) {
      const { fn } = target(call, 'DeleteFunctionConcurrency');
      const { reservedConcurrency: _reserved, ...definition } = fn.definition;
      fn.update(definition);
      return { status: 204 };
    },
    PutFunctionRecursionConfig({ RecursiveLoop }, call) {
      const { fn } = target(call, 'PutFunctionRecursionConfig');
      states.checkInvocable(fn);
      recursion.set(fn, RecursiveLoop);
      return { status: 200, body: { RecursiveLoop } };
    },
    GetFunctionRecursionConfig(_input, call) {
      const { fn } = target(call, 'GetFunctionRecursionConfig');
      return { status: 200, body: { RecursiveLoop: recursion.get(fn) ?? 'Terminate' } };
    },
    TagResource({ Resource, Tags }, call) {
      Object.assign(tagged(call, Resource, 'TagResource', { Tags }), Tags);
      return { status: 204 };
    },
    UntagResource({ Resource }, call) {
      const TagKeys = call.context.url.searchParams.getAll('tagKeys');
      const tags = tagged(call, Resource, 'UntagResource', { TagKeys });
      for (const key of TagKeys) delete tags[key];
      return { status: 204 };
    },
    ListTags({ Resource }, call) {
      return { status: 200, body: { Tags: tagged(call, Resource, 'ListTags', {}) } };
    },
  };
}

function pick(members: Members, name: string): object {
  return members[name] === undefined ? {} : { [name]: members[name] };
}
