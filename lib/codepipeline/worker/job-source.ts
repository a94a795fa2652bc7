import { AwsCallError, callUntil } from '../../aws/index.ts';
import type { Ticket } from '../../core/ledger/entry.ts';
import type { Log } from '../../core/secrets/log.ts';
import type { Asking } from '../../core/service.ts';
import { codePipelineApi } from '../api.ts';
import { type HandOver, isOfferedJob } from '../polled/hand-over.ts';
import { type ActionTypeId, describeActionType } from './action-type.ts';

/** Where a worker finds its jobs. */
export interface JobSource {
  readonly actionType: ActionTypeId;
  /**
   * Asks for up to `max` jobs. What is offered is not acknowledged.
   *
   * @returns the jobs, and how many CodePipeline gave: those that cannot be handed over are left out
   * @throws AwsCallError
   */
  poll(max: number, polling: Polling): Promise<{ readonly offered: number; readonly jobs: HandOver[] }>;
  /**
   * Asks for a job that was acknowledged before, by its ticket.
   *
   * @returns undefined where CodePipeline does not know it any more
   * @throws AwsCallError
   */
  find(ticket: Ticket, asking: Asking): Promise<HandOver | undefined>;
}

/** What polling needs. */
export interface Polling extends Asking {
  readonly log: Log;
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
    find: (ticket, asking) => findJob('GetJobDetails', { jobId: ticket.data.jobId }, ticket, asking),
    async poll(maxBatchSize, polling) {
      const input = { actionTypeId: actionType, maxBatchSize, ...(queryParam ? { queryParam } : {}) };
      // Before the call: how long its answer was on its way is not known.
      const offeredAt = polling.time.now();
      const answer = await askForOffers('PollForJobs', input, polling);
      const { jobs = [] } = answer as { jobs?: unknown[] };
      const whole = jobs.filter(isOfferedJob);
      if (whole.length < jobs.length) {
        polling.log.warn('jobs without an id or a nonce cannot be acknowledged', {
          from: describeActionType(actionType),
        });
      }
      return { offered: jobs.length, jobs: whole.map((job) => ({ job, offeredAt, ...(shared ? { shared } : {}) })) };
    },
  };
}

/** Asks for jobs. What an answer offers that nobody hears may be hidden for a while: no try of it is cut short. */
export function askForOffers(
  operation: 'PollForJobs' | 'PollForThirdPartyJobs',
  input: object,
  { connection, ...limits }: Polling,
): Promise<unknown> {
  return callUntil(connection, codePipelineApi, operation, input, { ...limits, wholeTries: true });
}

/** What a job comes to that is asked for by its id; its nonce is the one that it was acknowledged with. */
export async function findJob(
  operation: 'GetJobDetails' | 'GetThirdPartyJobDetails',
  input: object,
  { data: { nonce, clientToken, clientId } }: Ticket,
  { connection, ...limits }: Asking,
): Promise<HandOver | undefined> {
  try {
    const answer = await callUntil(connection, codePipelineApi, operation, input, limits);
    const { jobDetails } = answer as { jobDetails?: object };
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
