import type { CrashCase } from './crash-case.ts';
import { HOOKS } from './hook-stack.ts';
import type { PlayRecord } from './play-record.ts';
import { isDeath } from './seen.ts';
import type { Found } from './violation.ts';

/** What a hook must come to, and what it must say. */
export interface ExpectedHook {
  readonly status: 'HOOK_COMPLETE_SUCCEEDED' | 'HOOK_COMPLETE_FAILED' | 'HOOK_FAILED';
  readonly message: RegExp;
  /** How often CloudFormation asks. @default 1 */
  readonly rounds?: number;
}

/** How often a function that fails is invoked in one round. */
const ATTEMPTS = 3;
const NOT_COMPLETED: ExpectedHook = { status: 'HOOK_FAILED', message: /^Hook did not complete: / };

/**
 * Looks whether the operation got the answer of its hook, although nobody but CloudFormation asked again: after three
 * invocations that failed it is told that the hook did not complete, and the hook's failure mode decides.
 */
export function judgeHooks({ fn }: CrashCase, record: PlayRecord, expected: ExpectedHook, found: Found): void {
  const { requests, ends } = record;
  const [request] = requests;
  const [hook] = request?.hooks ?? [];
  if (request === undefined || hook === undefined || requests.length > 1) {
    found('no silence', `${requests.length} requests stand there, the hook of the first is ${hook?.status}`);
    return;
  }
  record.told.push(request.message, hook.message);
  const failures = ends.map(({ errorType }) => errorType);
  const gaveUp = failures.slice(-ATTEMPTS);
  const { status, message } =
    gaveUp.length === ATTEMPTS && gaveUp.every((errorType) => errorType !== undefined) ? NOT_COMPLETED : expected;
  const shown = `the hook is ${hook.status}: ${hook.message}`;
  if (hook.status !== status || !message.test(hook.message)) found('the right answer', shown);
  const goesOn = hook.status === 'HOOK_COMPLETE_SUCCEEDED' || failureModeOf(fn) === 'WARN';
  if (request.status !== (goesOn ? 'SUCCESS' : 'FAILED'))
    found('one answer', `${shown}, and the request ${request.status}`);
  if (request.exists !== goesOn) found('each resource once', `${request.identifier} exists: ${request.exists}`);
  const { rounds = 1 } = expected;
  if (ends.length > ATTEMPTS * rounds) found('work once', `the hook was invoked ${ends.length} times`);
  const strange = failures.find(
    (errorType) => errorType !== undefined && !isDeath(errorType) && errorType !== 'RetryableError',
  );
  if (strange !== undefined && fn !== 'Broken') found('the right answer', `the hook failed with ${strange}`);
}

function failureModeOf(fn: CrashCase['fn']): string {
  return (HOOKS as Readonly<Partial<Record<CrashCase['fn'], { failureMode: string }>>>)[fn]?.failureMode ?? '';
}
