import { fakeTime, lambdaContext } from 'ringback/testing';
import { redactedLog } from '../../../lib/core/secrets/log.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import type { HookLogic, HookRuntime, ResourceHookOptions } from '../../../lib/hooks/answer-hook.ts';
import type { ResourceProperties } from '../../../lib/hooks/hook-event.ts';
import { resourceHookWith } from '../../../lib/hooks/resource-hook.ts';

/** A hook's runtime whose clock is a fake one, and its log lines as JSON. */
export function hookRuntime(overrides: Partial<HookRuntime> = {}): HookRuntime & { readonly lines: readonly string[] } {
  const redactor = createRedactor();
  const lines: string[] = [];
  const errorsToo = (_key: string, value: unknown) =>
    value instanceof Error ? { ...value, name: value.name, message: value.message } : value;
  const log = redactedLog((level, message, fields) => {
    lines.push(JSON.stringify({ level, message, ...fields }, errorsToo));
  }, redactor);
  return {
    log,
    redactor,
    time: fakeTime(),
    coldStartMs: 0,
    lines,
    ...overrides,
  };
}

/** What a hook with this logic answers. */
export function answerOf<Properties = ResourceProperties, State = unknown>(
  logic: HookLogic<Properties, State>,
  event: unknown,
  {
    runtime = hookRuntime(),
    timeoutMs,
    ...options
  }: ResourceHookOptions<State> & { runtime?: HookRuntime; timeoutMs?: number } = {},
) {
  const context = lambdaContext(timeoutMs === undefined ? {} : { timeoutMs });
  return resourceHookWith(() => runtime, logic, options)(event, context);
}
