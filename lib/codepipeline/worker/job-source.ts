import type { Runtime } from '../../core/runtime.ts';
import { type ActionTypeId, describeActionType } from './action-type.ts';
import { type CallEnvironment, callCodePipeline } from './call-codepipeline.ts';
import { type HandOver, isOfferedJob } from './hand-over.ts';

/** Where a worker finds its jobs. */
export interface JobSource {
  readonly actionType: ActionTypeId;
  /**
   * Asks for up to `max` jobs. What is offered is not claimed.
   *
   * @returns the jobs, and how many CodePipeline gave: those that cannot be handed over are left out
   * @throws AwsCallError
   */
  poll(max: number, environment: PollEnvironment): Promise<{ readonly offered: number; readonly jobs: HandOver[] }>;
}

/** What polling depends on. */
export interface PollEnvironment extends CallEnvironment {
  readonly log: Runtime['log'];
  /** Withholds values from the log. */
  readonly addSecrets: (...secrets: readonly string[]) => void;
}

/** Which of the jobs of an action type are taken, and who else takes them. */
export interface CustomJobChoice {
  readonly queryParam?: Readonly<Record<string, string>> | undefined;
  readonly shared?: boolean | undefined;
}

/** The jobs of a custom action type: PollForJobs. */
export function customJobSource(actionType: ActionTypeId, { queryParam, shared }: CustomJobChoice): JobSource {
  return {
    actionType,
    async poll(maxBatchSize, environment) {
      const input = { actionTypeId: actionType, maxBatchSize, ...(queryParam ? { queryParam } : {}) };
      // Before the call: how long its answer was on its way is not known.
      const offeredAt = environment.time.now();
      const { jobs = [] } = (await callCodePipeline('PollForJobs', input, environment)) as { jobs?: unknown[] };
      const whole = jobs.filter(isOfferedJob);
      if (whole.length < jobs.length) {
        environment.log.warn('jobs without an id or a nonce cannot be claimed', {
          from: describeActionType(actionType),
        });
      }
      return { offered: jobs.length, jobs: whole.map((job) => ({ job, offeredAt, ...(shared ? { shared } : {}) })) };
    },
  };
}
