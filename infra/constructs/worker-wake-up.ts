import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { AdoptedFunction } from './adopted-function.ts';
import type { WorkerActionType } from './worker-action.ts';
import { workerAlarms } from './worker-alarms.ts';

/** What wakes a worker: every action of its type that starts, and the clock; and what tells that it is in vain. */
export interface WakeUpRules {
  readonly started: Rule;
  readonly schedule: Rule;
  /** Tell when it finds no jobs any more; each also tells whom the alarms of its Ringback tell. */
  readonly alarms: readonly Alarm[];
}

/**
 * Wakes a worker. The event is the fast way; the schedule finds the continuations, which CodePipeline announces to
 * nobody, and what an event missed.
 */
export function wakeUpRules(
  callbacks: AdoptedFunction,
  { owner, category, provider, version }: Omit<WorkerActionType, 'properties' | 'inputs' | 'outputs'>,
  every: Duration,
): WakeUpRules {
  const { function: fn } = callbacks;
  // A call that came too late is worth nothing: the next one does the same.
  const target = () => new LambdaFunction(fn, { retryAttempts: 2, maxEventAge: Duration.minutes(5) });
  const number = Number(version);
  const started = new Rule(fn, 'Started', {
    description: `Wakes the job worker when an action of ${owner}/${category}/${provider}/${version} starts`,
    eventPattern: {
      source: ['aws.codepipeline'],
      detailType: ['CodePipeline Action Execution State Change'],
      detail: {
        state: ['STARTED'],
        // AWS's samples have the version as text and as a number.
        type: {
          owner: [owner],
          category: [category],
          provider: [provider],
          version: Number.isInteger(number) ? [version, number] : [version],
        },
      },
    },
    targets: [target()],
  });
  const schedule = new Rule(fn, 'Schedule', {
    description: `Wakes the job worker of ${owner}/${category}/${provider}/${version}`,
    schedule: Schedule.rate(every),
    targets: [target()],
  });
  return { started, schedule, alarms: workerAlarms(callbacks, { schedule, every }) };
}
