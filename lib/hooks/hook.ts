import type { Log } from '../core/secrets/log.ts';
import type { HookContent, ResourceChange } from './hook-content.ts';
import type { HookAction, HookInvocation, HookOperation, HookTarget, ResourceProperties } from './hook-event.ts';

/**
 * One invocation of a Lambda Hook, as user logic receives it. `before`, `after` and `changes` may hold secrets: they are
 * left out when a hook is printed.
 */
export interface ResourceHook<Properties = ResourceProperties, State = unknown> {
  /** What kind of operation it is, by the names of `TargetOperations`. */
  readonly operation: HookOperation;
  readonly action: HookAction;
  readonly target: HookTarget;
  /** What is there now: the properties of the resource, or the stack's template; undefined where there is nothing yet. */
  readonly before: Properties | undefined;
  /** What will be there; undefined on a delete. */
  readonly after: Properties | undefined;
  /** What a change set is going to change; empty for every other operation. */
  readonly changes: readonly ResourceChange[];
  readonly account: { readonly id: string | undefined };
  /** Undefined for Cloud Control. */
  readonly stack: { readonly id: string } | undefined;
  /** What the last round left with `continueAfter`; undefined in the first. */
  readonly state: State | undefined;
  /** The number of the round; `continueAfter` may end the first three. */
  readonly run: number;
  /** Aborts shortly before CloudFormation's 30 seconds, or the function's timeout, are over. */
  readonly signal: AbortSignal;
  /** Milliseconds until {@link ResourceHook.signal} aborts. */
  remainingMs(): number;
  /** Structured log lines; properties whose names tell a secret are withheld from them. */
  readonly log: Log;
}

/** Makes the hook that user logic receives. */
export function createHook<Properties, State>(
  { operation, action, target, accountId, stackId }: HookInvocation,
  { before, after, changes }: HookContent,
  round: Pick<ResourceHook<Properties, State>, 'state' | 'run' | 'signal' | 'remainingMs' | 'log'>,
): ResourceHook<Properties, State> {
  const stack = stackId === undefined ? undefined : { id: stackId };
  const shown = { operation, action, target, account: { id: accountId }, stack, ...round };
  return Object.defineProperties(shown, {
    before: { value: before, enumerable: false },
    after: { value: after, enumerable: false },
    changes: { value: changes, enumerable: false },
  }) as ResourceHook<Properties, State>;
}
