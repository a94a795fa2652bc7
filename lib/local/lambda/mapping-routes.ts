import { AwsError } from '../kernel/aws-error.ts';
import { tagKeys } from '../wire/request-keys.ts';
import { invalidParameter } from './lambda-error.ts';
import type { LambdaParts } from './lambda-parts.ts';
import { rolePrincipal } from './local-function.ts';
import type { MappingRecord } from './mapping-store.ts';
import type { ModelHandler } from './model-route.ts';
import type { RouteCall } from './route.ts';

const LARGEST_PAGE = 100;

/** The operations on event source mappings of queues. */
export function mappingHandlers(parts: LambdaParts): Readonly<Record<string, ModelHandler>> {
  const { kernel, registry, mappings, queues } = parts;

  function authorize({ context }: RouteCall, action: string, functionName?: string, input?: object): void {
    const key = functionName === undefined ? {} : { 'lambda:FunctionArn': registry.arnOf(functionName) };
    context.authorize(`lambda:${action}`, '*', { ...key, ...tagKeys(input) });
  }

  const answer = (status: number, record: MappingRecord) => ({
    status,
    body: mappings.describe(record, status === 202),
  });

  /** @throws AwsError InvalidParameterValueException where Lambda could not read the queue */
  function checkSource(queueArn: string, functionName: string): void {
    if (queueArn.split(':')[2] !== 'sqs') {
      const message = `event source ${queueArn} is not simulated: only SQS queues are`;
      throw new AwsError('NotImplementedException', message, { status: 501 });
    }
    const { definition } = registry.resolve(functionName).fn;
    for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
      try {
        kernel.identity.authorize(rolePrincipal(kernel, definition), `sqs:${action}`, queueArn);
      } catch {
        throw invalidParameter(`The provided execution role does not have permissions to call ${action} on SQS`);
      }
    }
    let seconds: number;
    try {
      seconds = queues.visibilityTimeoutSeconds(queueArn);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw invalidParameter(
        `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: ${message}`,
      );
    }
    if (seconds < definition.timeoutSeconds) {
      throw invalidParameter(
        `Queue visibility timeout: ${seconds} seconds is less than Function timeout: ${definition.timeoutSeconds} seconds`,
      );
    }
  }

  function checkFilters(input: { readonly FilterCriteria?: { readonly Filters?: readonly unknown[] } }): void {
    if ((input.FilterCriteria?.Filters?.length ?? 0) === 0) return;
    throw new AwsError('NotImplementedException', 'filters of event source mappings are not simulated', {
      status: 501,
    });
  }

  return {
    CreateEventSourceMapping(input, call) {
      authorize(call, 'CreateEventSourceMapping', input.FunctionName, input);
      checkFilters(input);
      const { fn } = registry.resolve(input.FunctionName);
      if (input.EventSourceArn === undefined) throw invalidParameter('Unrecognized event source.');
      checkSource(input.EventSourceArn, input.FunctionName);
      const same = mappings
        .list()
        .find(
          ({ mapping, properties }) =>
            mapping.queueArn === input.EventSourceArn &&
            registry.arnOf(String(properties.FunctionName)) === registry.arnOf(input.FunctionName),
        );
      if (same !== undefined) {
        const message = `An event source mapping with SQS arn (" ${input.EventSourceArn} ") and function (" ${fn.definition.functionName} ") already exists. Please update or delete the existing mapping with UUID ${same.mapping.uuid}`;
        throw new AwsError('ResourceConflictException', message, { status: 409, members: { Type: 'User' } });
      }
      return answer(202, mappings.create(input));
    },

    GetEventSourceMapping({ UUID }, call) {
      authorize(call, 'GetEventSourceMapping');
      return answer(200, mappings.get(UUID));
    },

    UpdateEventSourceMapping({ UUID, ...changes }, call) {
      authorize(call, 'UpdateEventSourceMapping', changes.FunctionName);
      checkFilters(changes);
      const { properties } = mappings.get(UUID);
      checkSource(String(properties.EventSourceArn), String(changes.FunctionName ?? properties.FunctionName));
      return answer(202, mappings.update(UUID, changes));
    },

    DeleteEventSourceMapping({ UUID }, call) {
      authorize(call, 'DeleteEventSourceMapping');
      return answer(202, mappings.remove(UUID));
    },

    ListEventSourceMappings({ EventSourceArn, FunctionName, Marker, MaxItems }, call) {
      authorize(call, 'ListEventSourceMappings');
      const wanted = FunctionName === undefined ? undefined : registry.arnOf(FunctionName);
      const found = mappings
        .list()
        .filter(({ mapping }) => EventSourceArn === undefined || mapping.queueArn === EventSourceArn)
        .filter(({ properties }) => wanted === undefined || registry.arnOf(String(properties.FunctionName)) === wanted);
      const start = Number(Marker ?? 0) || 0;
      const end = start + (Number(MaxItems ?? LARGEST_PAGE) || LARGEST_PAGE);
      return {
        status: 200,
        body: {
          EventSourceMappings: found.slice(start, end).map((record) => mappings.describe(record)),
          ...(end < found.length ? { NextMarker: String(end) } : {}),
        },
      };
    },
  };
}
