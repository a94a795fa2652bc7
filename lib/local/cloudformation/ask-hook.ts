import type { HookInvocation, HookQuestion } from '../kernel/hook-port.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionPort } from '../kernel/ports.ts';
import { type HookResponse, readHookResponse } from './hook-response.ts';
import type { LambdaHook } from './lambda-hook.ts';

/** How long one invocation of a hook may take, in simulated milliseconds (Hooks User Guide, "Considerations"). */
const INVOCATION_LIMIT_MS = 30_000;
/** How often a function that fails or is too slow is invoked in all. */
const MOST_ATTEMPTS = 3;
/** How often a hook may answer IN_PROGRESS. */
const MOST_ROUNDS = 3;
const RETRY_MS = 1_000;
/** The longest messages, in characters: in stacks and in Cloud Control. */
const LONGEST_MESSAGE = { STACK: 4_096, CHANGE_SET: 4_096, RESOURCE: 4_096, CLOUD_CONTROL: 1_024 };

/** What {@link askHook} works with. */
export interface AskParts {
  readonly kernel: Kernel;
  readonly functions: FunctionPort;
  /** The address of a payload for hooks on stacks. */
  readonly payloadUrl: (payload: object) => string;
}

/** Invokes a hook's function until it has answered, and notes the answer. Never rejects. */
export async function askHook(hook: LambdaHook, invocation: HookInvocation, parts: AskParts): Promise<void> {
  const { clock, uuid, events } = parts.kernel;
  const clientRequestToken = uuid();
  let callbackContext: unknown = null;
  let response: HookResponse = { kind: 'invalid', reason: 'it was never invoked' };
  for (let round = 1; round <= MOST_ROUNDS + 1; round++) {
    const event = hookEvent(hook, invocation.question, { clientRequestToken, round, callbackContext }, parts);
    response = await invoke(hook, event, clientRequestToken, parts);
    if (response.kind !== 'later') break;
    ({ callbackContext } = response);
    if (round <= MOST_ROUNDS) await clock.sleep(response.delaySeconds * 1_000);
  }
  note(invocation, response);
  const { question, status, statusReason: detail = '' } = invocation;
  events.emit('state', {
    service: 'cloudformation',
    resource: `${hook.typeName} on ${question.targetLogicalId}`,
    state: status,
    detail,
  });
}

function note(invocation: HookInvocation, response: HookResponse): void {
  const longest = LONGEST_MESSAGE[invocation.question.operation];
  const ignored = invocation.failureMode === 'WARN' ? '. Failure was ignored under WARN mode.' : '';
  switch (response.kind) {
    case 'passed':
      invocation.status = 'HOOK_COMPLETE_SUCCEEDED';
      invocation.annotations = response.annotations;
      if (response.message !== undefined) invocation.statusReason = response.message.slice(0, longest);
      return;
    case 'failed':
      invocation.status = 'HOOK_COMPLETE_FAILED';
      invocation.annotations = response.annotations;
      invocation.statusReason = `Hook failed with message: ${response.message.slice(0, longest)}${ignored}`;
      return;
    case 'later':
      invocation.status = 'HOOK_FAILED';
      invocation.statusReason = `Hook did not complete: it answered IN_PROGRESS more than ${MOST_ROUNDS} times${ignored}`;
      return;
    case 'invalid':
      invocation.status = 'HOOK_FAILED';
      invocation.statusReason = `Hook did not complete: ${response.reason.slice(0, longest)}${ignored}`;
  }
}

async function invoke(hook: LambdaHook, event: object, token: string, parts: AskParts): Promise<HookResponse> {
  const { clock } = parts.kernel;
  let reason = '';
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    if (attempt > 1) await clock.sleep(RETRY_MS);
    try {
      const { payload, functionError } = await withinLimit(call(hook, event, parts), clock);
      if (functionError === undefined) return readHookResponse(payload, token);
      reason = `its function failed: ${messageIn(payload)}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  return { kind: 'invalid', reason };
}

/** A hook acts under its own role: the service must be able to assume it, and it must be allowed to invoke the function. */
async function call(hook: LambdaHook, event: object, { kernel, functions }: AskParts) {
  const { identity } = kernel;
  const context = { 'aws:SourceArn': hook.arn, 'aws:SourceAccount': kernel.accountId };
  const service = identity.service('hooks.cloudformation.amazonaws.com');
  identity.authorize(service, 'sts:AssumeRole', hook.executionRole, context);
  return functions.invokeSync(hook.lambdaFunction, JSON.stringify(event), {
    principal: identity.role(hook.executionRole),
  });
}

function withinLimit<Result>(work: Promise<Result>, clock: Kernel['clock']): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(INVOCATION_LIMIT_MS, () => {
      reject(new Error(`its function did not answer within ${INVOCATION_LIMIT_MS / 1_000} seconds`));
    });
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

function messageIn(payload: string): string {
  try {
    return String((JSON.parse(payload) as { errorMessage?: unknown }).errorMessage ?? payload);
  } catch {
    return payload;
  }
}

/** The event of a hook's function (Hooks User Guide, "Lambda function input"). */
function hookEvent(
  hook: LambdaHook,
  question: HookQuestion,
  {
    clientRequestToken,
    round,
    callbackContext,
  }: { clientRequestToken: string; round: number; callbackContext: unknown },
  { kernel, payloadUrl }: AskParts,
): object {
  const { operation, action, targetName, targetLogicalId, properties = {}, previousProperties = {} } = question;
  const targetType = operation === 'CLOUD_CONTROL' ? 'RESOURCE' : targetName;
  const target = { targetName, targetType, targetLogicalId };
  return {
    clientRequestToken,
    awsAccountId: kernel.accountId,
    stackId: question.stackId ?? null,
    changeSetId: question.changeSetId ?? null,
    hookTypeName: hook.typeName,
    hookTypeVersion: HOOK_VERSION,
    hookModel: { LambdaFunction: hook.lambdaFunction },
    actionInvocationPoint: `${action}_PRE_PROVISION`,
    requestData:
      operation === 'STACK' || operation === 'CHANGE_SET'
        ? { ...target, payload: payloadUrl(question.payload ?? {}) }
        : {
            ...target,
            targetModel: { resourceProperties: properties, previousResourceProperties: previousProperties },
          },
    requestContext: { invocation: round, callbackContext },
  };
}

/** The version of every hook: hooks of the local cloud are never activated in another one. */
export const HOOK_VERSION = '00000001';
