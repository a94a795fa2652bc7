import { systemTime } from '../aws/index.ts';
import type { InvocationContext } from '../core/deadline.ts';
import { checkHandler } from '../core/handler.ts';
import { exitError } from '../core/secrets/exit-error.ts';
import { createLog } from '../core/secrets/log.ts';
import { answerHook, type HookLogic, type HookRuntime, type ResourceHookOptions } from './answer-hook.ts';
import { type ResourceProperties, readHookEvent } from './hook-event.ts';
import type { HookResponse } from './hook-response.ts';
import { secretsWithin } from './hook-secrets.ts';
import { coldStartMs } from './hook-time.ts';

/** The handler that {@link resourceHook} makes: what it returns is the answer. */
export type HookHandler = (event: unknown, context: InvocationContext) => Promise<HookResponse>;

const OPTIONS = ['state'] as const;

/**
 * Makes a function a Lambda Hook: CloudFormation or Cloud Control asks it about an operation before that begins, and
 * reads from what it returns whether the operation complies.
 *
 * A logic that throws, ends too late or returns nonsense is answered as an InternalFailure that says so, within the 30
 * seconds of a hook. Only a RetryableError leaves the function, so that CloudFormation invokes it again, three times at
 * most. What a failure does to the operation is decided by the FailureMode of the hook.
 *
 * @throws InvalidOptionError when the logic is not a function, or an option is unknown
 */
export function resourceHook<Properties = ResourceProperties, State = unknown>(
  logic: HookLogic<Properties, State>,
  options: ResourceHookOptions<State> = {},
): HookHandler {
  let runtime: HookRuntime | undefined;
  return resourceHookWith(
    () => {
      runtime ??= {
        ...createLog(),
        time: systemTime,
        coldStartMs: coldStartMs(process.env, process.uptime()),
      };
      return runtime;
    },
    logic,
    options,
  );
}

/** {@link resourceHook} with its dependencies passed in. */
export function resourceHookWith<Properties = ResourceProperties, State = unknown>(
  provide: () => HookRuntime,
  logic: HookLogic<Properties, State>,
  options: ResourceHookOptions<State> = {},
): HookHandler {
  checkHandler('resourceHook', logic, options, OPTIONS);
  let isFirst = true;
  return async (event, context) => {
    const runtime = provide();
    const spentMs = isFirst ? runtime.coldStartMs : 0;
    isFirst = false;
    const secrets = runtime.redactor.scope();
    try {
      const invocation = readHookEvent(event);
      secrets.add(invocation.clientRequestToken, invocation.payloadUrl);
      secrets.add(...secretsWithin(invocation.before), ...secretsWithin(invocation.after));
      return await answerHook({ invocation, logic, options, runtime, context, spentMs, secrets });
    } catch (error) {
      throw exitError(error, runtime.redactor.redact);
    } finally {
      secrets.end();
    }
  };
}
