import type { FailureMeaning } from './failure-table.ts';
import { meaningOf } from './failure-table.ts';
import { type HookProgress, refusals } from './hook-progress.ts';
import type { ProgressEvent, ResourceOperation } from './progress-event.ts';

/** What comes of the status of a request. */
export type NextStep =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'poll' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly by: readonly HookProgress[] }
  | { readonly kind: 'failed'; readonly code: string; readonly meaning: FailureMeaning };

/** What to do now that a request stands so. Its status decides, and of a failed one hooks, code and text. */
export function nextStep(event: ProgressEvent, hooks: readonly HookProgress[], operation: ResourceOperation): NextStep {
  switch (event.status) {
    case 'SUCCESS':
      return { kind: 'succeeded' };
    case 'CANCEL_COMPLETE':
      return { kind: 'cancelled' };
    case 'FAILED':
      return afterFailure(event, hooks, operation);
    default:
      // PENDING, IN_PROGRESS, CANCEL_IN_PROGRESS, and whatever is to come: under way until one of the above.
      return { kind: 'poll' };
  }
}

function afterFailure(event: ProgressEvent, hooks: readonly HookProgress[], operation: ResourceOperation): NextStep {
  const by = refusals(hooks);
  if (by.length > 0) return { kind: 'refused', by };
  const { errorCode: code = 'GeneralServiceException', statusMessage: message = '' } = event;
  // What is gone need not be deleted.
  if (operation === 'DELETE' && code === 'NotFound') return { kind: 'succeeded' };
  return { kind: 'failed', code, meaning: meaningOf({ code, message, operation }) };
}
