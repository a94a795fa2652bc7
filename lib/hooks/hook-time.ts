import { answerMargin, type Deadline, type InvocationContext, startDeadline } from '../core/deadline.ts';

/** How long CloudFormation waits for a hook's function, in milliseconds (Hooks User Guide, "Developing a Lambda Hook"). */
const HOOK_LIMIT_MS = 30_000;
/** The most that is taken off for a cold start, in milliseconds: the limit of Lambda's init phase. */
const LONGEST_INIT_MS = 10_000;

/**
 * How long ago the process began, in milliseconds: CloudFormation waits for that, too, where the process was started for
 * its first invocation; 0 where it was started in advance.
 */
export function coldStartMs(env: NodeJS.ProcessEnv, uptimeSeconds: number): number {
  if (env.AWS_LAMBDA_INITIALIZATION_TYPE !== 'on-demand') return 0;
  return Math.min(uptimeSeconds * 1_000, LONGEST_INIT_MS);
}

/**
 * The deadline of one invocation: before CloudFormation's limit, or before the function's timeout where that comes first.
 *
 * @param spentMs - how much of the limit is over already
 */
export function startHookDeadline(context: InvocationContext, spentMs: number, now: () => number): Deadline {
  const end = now() + HOOK_LIMIT_MS - spentMs;
  const { awsRequestId, functionName } = context;
  const within: InvocationContext = {
    awsRequestId,
    functionName,
    getRemainingTimeInMillis: () => Math.min(context.getRemainingTimeInMillis(), end - now()),
  };
  const availableMs = within.getRemainingTimeInMillis();
  const isLimit = availableMs < context.getRemainingTimeInMillis();
  const limit = isLimit ? `the ${HOOK_LIMIT_MS / 1_000} s of a hook leave it;` : undefined;
  return startDeadline(within, answerMargin(availableMs, 0), 'answer with continueAfter', limit);
}
