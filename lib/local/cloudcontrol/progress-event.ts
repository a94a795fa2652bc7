import type { HookInvocation } from '../kernel/hook-port.ts';
import { isUnderWay, type ResourceRequest } from './request-store.ts';

/** The longest StatusMessage, in characters (ProgressEvent in the Cloud Control API Reference). */
const LONGEST_MESSAGE = 2_048;

/** A request in the shape of the API. @param retryAt - when to ask again, in simulated milliseconds; nothing in the first answer */
export function progressEvent(request: ResourceRequest, retryAt?: number): object {
  const { errorCode, statusMessage, identifier, hooksRequestToken } = request;
  return {
    TypeName: request.typeName,
    ...(identifier === undefined ? {} : { Identifier: identifier }),
    RequestToken: request.requestToken,
    ...(hooksRequestToken === undefined ? {} : { HooksRequestToken: hooksRequestToken }),
    Operation: request.operation,
    OperationStatus: request.status,
    EventTime: request.startedAt / 1000,
    ...(statusMessage === undefined ? {} : { StatusMessage: statusMessage.slice(0, LONGEST_MESSAGE) }),
    ...(errorCode === undefined ? {} : { ErrorCode: errorCode }),
    ...(retryAt !== undefined && isUnderWay(request) ? { RetryAfter: retryAt / 1000 } : {}),
  };
}

/** A hook's answer in the shape of the API. */
export function hookProgressEvent(hook: HookInvocation): object {
  return {
    HookTypeName: hook.typeName,
    HookTypeVersionId: hook.typeVersionId,
    HookTypeArn: hook.typeArn,
    InvocationPoint: 'PRE_PROVISION',
    HookStatus: hook.status,
    HookEventTime: hook.invokedAt / 1000,
    ...(hook.statusReason === undefined ? {} : { HookStatusMessage: hook.statusReason }),
    FailureMode: hook.failureMode,
  };
}
