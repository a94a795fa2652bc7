import { AwsCallError } from '../../aws/index.ts';
import type { Callback } from '../../core/callback.ts';
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
  /**
   * Asks for a job that was claimed before, by its callback.
   *
   * @returns undefined where CodePipeline does not know it any more
   * @throws AwsCallError
   */
  find(callback: Callback, environment: CallEnvironment): Promise<HandOver | undefined>;
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
    find: (callback, environment) => findJob('GetJobDetails', { jobId: callback.id }, callback, environment),
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

/** What a job comes to that is asked for by its id; its nonce is the one that it was claimed with. */
export async function findJob(
  operation: 'GetJobDetails' | 'GetThirdPartyJobDetails',
  input: object,
  { data: { nonce, clientToken, clientId } }: Callback,
  environment: CallEnvironment,
): Promise<HandOver | undefined> {
  try {
    const { jobDetails } = (await callCodePipeline(operation, input, environment)) as { jobDetails?: object };
    const job = { ...jobDetails, nonce };
    if (!isOfferedJob(job)) return undefined;
    return {
      job,
      // How long ago it was offered is not known any more.
      offeredAt: 0,
      ...(clientToken === undefined ? {} : { clientToken }),
      ...(clientId === undefined ? {} : { clientId }),
    };
  } catch (error) {
    if (error instanceof AwsCallError && GONE.has(error.code)) return undefined;
    throw error;
  }
}

/** There is no such job any more. */
export const GONE: ReadonlySet<string> = new Set(['JobNotFoundException', 'InvalidJobException']);
