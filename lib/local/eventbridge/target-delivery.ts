import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { FunctionPort, QueuePort } from '../kernel/ports.ts';
import type { EventRule } from './event-rule.ts';
import type { RuleTarget } from './rule-target.ts';

/** One event on its way to one target. */
export interface TargetInvocation {
  readonly targetArn: string;
  readonly payload: string;
  readonly principal: Principal;
  /** `aws:SourceArn` and `aws:SourceAccount`, for the policy of the target. */
  readonly context: Readonly<Record<string, string>>;
}

/** Hands an event to a target of one kind. @throws AwsError when the target refuses it. */
export type TargetInvoker = (invocation: TargetInvocation) => void | Promise<void>;

/** What targets are reached through. */
export interface TargetPorts {
  readonly functions: FunctionPort;
  readonly queues: QueuePort;
  /** Further kinds of targets, by the service in their ARN, such as `codepipeline`. */
  readonly targets?: Readonly<Record<string, TargetInvoker>>;
}

/** Brings events to targets. */
export interface TargetDelivery {
  /** Resolves to whether the target took the event; never rejects. */
  deliver(rule: EventRule, target: RuleTarget, payload: string): Promise<boolean>;
  /** Gives up what waits for another attempt. */
  stop(): void;
}

const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 600_000;

/**
 * Creates the delivery to Lambda functions and SQS queues, under the rule's own permission.
 *
 * A refusal that another attempt may change is retried with exponential backoff and full jitter as the target's
 * `RetryPolicy` allows; all others, such as a missing permission, go to the dead-letter queue at once. What has none is
 * dropped, with a `state` event that says why.
 */
export function createTargetDelivery(kernel: Kernel, ports: TargetPorts): TargetDelivery {
  const { clock, events, identity } = kernel;
  const stopping = new AbortController();
  const service = identity.service('events.amazonaws.com');
  const invokers = new Map<string, TargetInvoker>([
    ...Object.entries(ports.targets ?? {}),
    [
      'lambda',
      ({ targetArn, payload, ...caller }) => ports.functions.invokeEvent(targetArn, requireJson(payload), caller),
    ],
    ['sqs', ({ targetArn, payload, ...caller }) => void ports.queues.send(targetArn, payload, caller)],
  ]);

  const contextOf = (rule: EventRule) => ({ 'aws:SourceArn': rule.arn, 'aws:SourceAccount': kernel.accountId });

  async function attempt(rule: EventRule, target: RuleTarget, payload: string): Promise<void> {
    const kind = target.arn.split(':')[2] ?? '';
    const invoke = invokers.get(kind);
    if (invoke === undefined) {
      throw new AwsError('UnsupportedTarget', `targets of ${kind} are not simulated: ${target.arn}`);
    }
    // Functions are governed by their own policy, whatever role the target names.
    const asRole = target.roleArn !== undefined && kind !== 'lambda';
    const principal = asRole ? identity.role(target.roleArn ?? '') : service;
    await invoke({ targetArn: target.arn, payload, principal, context: contextOf(rule) });
  }

  function giveUp(rule: EventRule, target: RuleTarget, payload: string, error: unknown): void {
    let fate = 'dropped';
    if (target.deadLetterArn !== undefined) {
      try {
        ports.queues.send(target.deadLetterArn, payload, { principal: service, context: contextOf(rule) });
        fate = `sent to ${target.deadLetterArn}`;
      } catch (refusal) {
        fate = `dropped, for its dead-letter queue refused it: ${textOf(refusal)}`;
      }
    }
    const detail = `${target.arn}: ${textOf(error)}; the event is ${fate}`;
    events.emit('state', { service: 'events', resource: rule.arn, state: 'FailedInvocation', detail });
  }

  return {
    async deliver(rule, target, payload) {
      const since = clock.now();
      for (let retries = 0; ; retries++) {
        try {
          await attempt(rule, target, payload);
          return true;
        } catch (error) {
          const backoff = kernel.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retries);
          const tooOld = clock.now() + backoff - since > target.maximumEventAgeSeconds * 1000;
          if (!isRetryable(error) || retries >= target.maximumRetryAttempts || tooOld) {
            giveUp(rule, target, payload, error);
            return false;
          }
          const waited = await clock.sleep(backoff, stopping.signal).then(
            () => true,
            () => false,
          );
          if (!waited) return false;
        }
      }
    },
    stop: () => stopping.abort(),
  };
}

function requireJson(payload: string): string {
  try {
    JSON.parse(payload);
    return payload;
  } catch {
    throw new AwsError('InvalidRequestContentException', `the input is not JSON: ${payload.slice(0, 100)}`);
  }
}

/** Errors of the caller's making stay as they are however often one asks; throttling and server errors may pass. */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof AwsError)) return true;
  return error.status >= 500 || error.status === 429 || /Throttl|TooManyRequests/i.test(error.code);
}

function textOf(error: unknown): string {
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
