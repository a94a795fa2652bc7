import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { RequestContext } from '../kernel/service.ts';
import type { Queue } from './queue.ts';
import { policiesOf } from './queue-attributes.ts';
import type { QueueStore } from './queue-store.ts';

/** What the operations of SQS share. */
export interface SqsParts {
  readonly kernel: Kernel;
  readonly store: QueueStore;
  /** The address of a queue, on the local cloud's own endpoint. */
  urlOf(queue: Queue): string;
  /** The queue of an address. @throws AwsError MissingParameter, QueueDoesNotExist */
  queueAt(url: unknown): Queue;
}

/** Who asks: a request on the wire, or a service inside. */
export type Caller = Pick<RequestContext, 'principal' | 'authorize'>;

/** The caller that a principal is when it comes without a request. */
export function callerOf(kernel: Kernel, principal: Principal): Caller {
  return {
    principal,
    authorize: (action, resource, context, policies) =>
      kernel.identity.authorize(principal, action, resource, context, policies),
  };
}

/** Asks whether a caller may act on a queue, by its own policies or the queue's. @throws AwsError AccessDenied */
export function authorizeQueue(
  caller: Caller,
  action: string,
  queue: Queue,
  context: Readonly<Record<string, string>> = {},
): void {
  try {
    caller.authorize(action, queue.arn, { 'aws:SecureTransport': 'true', ...context }, policiesOf(queue));
  } catch (error) {
    if (!(error instanceof AwsError) || !error.code.startsWith('AccessDenied')) throw error;
    throw new AwsError('AccessDenied', error.message, { status: 403 });
  }
}

/** The sender id that receivers see: the account, or for a role its name and session. */
export function senderIdOf(principal: Principal): string {
  return /:assumed-role\/(.+)$/.exec(principal.arn)?.[1]?.replace('/', ':') ?? principal.accountId;
}
