export type { InvocationContext } from '../core/deadline.ts';
export {
  ConfigurationError,
  InvalidEventError,
  PermissionError,
  RetryableError,
  UnavailableError,
} from '../core/errors.ts';
export { continueAfter } from '../core/outcome.ts';
export type { Schema } from '../core/schema.ts';
export type { HookLogic, HookOutcome, ResourceHookOptions } from './answer-hook.ts';
export type { ResourceHook } from './hook.ts';
export type { ResourceChange } from './hook-content.ts';
export type { HookAction, HookOperation, HookTarget, ResourceProperties } from './hook-event.ts';
export type { HookResponse } from './hook-response.ts';
export {
  fail,
  type HookAnnotation,
  type HookFailureDetails,
  type HookSuccessDetails,
  succeed,
  verdict,
} from './outcomes.ts';
export { type HookHandler, resourceHook } from './resource-hook.ts';
