import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionCaller, FunctionPort } from '../kernel/ports.ts';
import type { AsyncQueue } from './async-queue.ts';
import type { FunctionRegistry } from './function-registry.ts';
import type { InvocationOutcome } from './invocation.ts';
import type { InvocationRequest, Invoker } from './invoker.ts';
import {
  functionNotFound,
  invalidRequestContent,
  invalidRuntime,
  requestEntityTooLarge,
  requestTooLarge,
  tooManyRequests,
} from './lambda-error.ts';
import { ASYNC_PAYLOAD_LIMIT_BYTES, SYNC_PAYLOAD_LIMIT_BYTES } from './limits.ts';
import { type InvocationTarget, LATEST } from './local-function.ts';
import { resourcePolicies } from './resource-policy.ts';

/** What a fault hook learns of an asynchronous event that was just accepted. */
export interface AcceptedEvent {
  readonly functionName: string;
  readonly requestId: string;
  readonly event: unknown;
}

/** What a fault hook may do to an asynchronous event. */
export interface DeliveryFault {
  /** Delivers the event twice, under the same request id. @defaultValue false */
  readonly duplicate?: boolean;
  /** Simulated milliseconds by which the duplicate, or without one the event itself, comes later. @defaultValue 0 */
  readonly delayMs?: number;
}

/** A checked way into Lambda: permission, existence and size, in this order. */
export interface FrontDoor {
  /** @throws AwsError AccessDeniedException, ResourceNotFoundException */
  enter(nameOrArn: string, qualifier: string | undefined, caller: FunctionCaller): InvocationTarget;
  /** @throws AwsError */
  acceptEvent(target: InvocationTarget, payload: string, requestId: string): void;
  /** @throws AwsError */
  runSync(
    target: InvocationTarget,
    payload: string,
    requestId: string,
    clientContext?: string,
  ): Promise<InvocationOutcome>;
}

/** Creates the way by which all callers come to functions, over the wire or inside. */
export function createFrontDoor(options: {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly invoke: Invoker;
  readonly queue: AsyncQueue;
  readonly onInvocation?: ((info: AcceptedEvent) => DeliveryFault | undefined) | undefined;
}): FrontDoor {
  const { kernel, registry, invoke, queue } = options;

  return {
    enter(nameOrArn, qualifier, caller) {
      const arn = registry.arnOf(nameOrArn, qualifier);
      const { principal, context } = caller;
      const authorize = (statements: readonly object[]) =>
        kernel.identity.authorize(principal, 'lambda:InvokeFunction', arn, context, resourcePolicies(statements));
      let target: InvocationTarget;
      try {
        target = registry.resolve(nameOrArn, qualifier);
      } catch {
        // A service holds no policy of its own, so without a function there is nothing that could allow it.
        if (principal.kind !== 'service') authorize([]);
        // Invoke means $LATEST where a name has no qualifier, and says so.
        throw functionNotFound(/:function:[^:]+$/.test(arn) ? `${arn}:${LATEST}` : arn);
      }
      authorize(target.fn.statements.get(target.qualifier) ?? []);
      return target;
    },
    acceptEvent(target, payload, requestId) {
      const size = Buffer.byteLength(payload);
      if (size > ASYNC_PAYLOAD_LIMIT_BYTES) throw requestEntityTooLarge(size, ASYNC_PAYLOAD_LIMIT_BYTES);
      const event = checkEvent(target, payload);
      const { functionName } = target.fn.definition;
      const fault = options.onInvocation?.({ functionName, requestId, event });
      if (!fault?.duplicate) {
        queue.accept(target, payload, requestId, fault?.delayMs);
        return;
      }
      queue.accept(target, payload, requestId);
      queue.accept(target, payload, requestId, fault.delayMs);
    },
    async runSync(target, payload, requestId, clientContext) {
      if (Buffer.byteLength(payload) > SYNC_PAYLOAD_LIMIT_BYTES) throw requestTooLarge(SYNC_PAYLOAD_LIMIT_BYTES);
      checkEvent(target, payload);
      const request: InvocationRequest = {
        requestId,
        attempt: 1,
        payload,
        ...(clientContext === undefined ? {} : { clientContext }),
      };
      const running = invoke(target, request);
      if (running === undefined) throw tooManyRequests(target.fn.definition.reservedConcurrency !== undefined);
      return running;
    },
  };
}

/** The event as a value. @throws AwsError for what cannot be run at all. */
function checkEvent(target: InvocationTarget, payload: string): unknown {
  const { code } = target.fn.definitionOf(target.version);
  if (code.kind === 'unavailable') throw invalidRuntime(code.reason);
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw invalidRequestContent(error instanceof Error ? error.message : String(error));
  }
}

/** The port through which other services invoke functions. */
export function createFunctionPort(door: FrontDoor, kernel: Kernel): FunctionPort {
  return {
    async invokeEvent(functionNameOrArn, payload, caller) {
      door.acceptEvent(door.enter(functionNameOrArn, undefined, caller), payload, kernel.uuid());
    },
    async invokeSync(functionNameOrArn, payload, caller) {
      const target = door.enter(functionNameOrArn, undefined, caller);
      const outcome = await door.runSync(target, payload, kernel.uuid());
      return outcome.failure === undefined
        ? { payload: outcome.payload }
        : { payload: outcome.payload, functionError: 'Unhandled' };
    },
  };
}
