import { AwsCallError, callUntil } from '../../aws/index.ts';
import { inTime } from '../../core/in-time.ts';
import { codePipelineApi } from '../api.ts';
import { type HandOver, isOfferedJob } from '../polled/hand-over.ts';
import type { ActionTypeId } from './action-type.ts';
import { concernsEveryClient } from './client-tokens.ts';
import { askForOffers, findJob, GONE, type JobSource, type Polling } from './job-source.ts';

interface ThirdPartyJob {
  readonly clientId?: string;
  readonly jobId?: string;
}

/**
 * The jobs of a third-party action type: PollForThirdPartyJobs says whose they are, and GetThirdPartyJobDetails what
 * they are, to who knows the client's token.
 */
export function thirdPartyJobSource(
  actionType: ActionTypeId,
  lookUp: (clientId: string, refused?: string) => Promise<string | undefined>,
  shared = false,
): JobSource {
  /** One job whole; undefined where it cannot be had, which leaves it to be offered again. */
  async function fetchJob(offer: ThirdPartyJob, polling: Polling): Promise<HandOver | undefined> {
    const { clientId, jobId } = offer;
    if (!clientId || !jobId) return undefined;
    try {
      return await fetchDetails(clientId, jobId, polling);
    } catch (error) {
      if (concernsEveryClient(error)) throw error;
      if (error instanceof AwsCallError && GONE.has(error.code)) return undefined;
      const message = 'the details of a job cannot be had; it is left alone';
      polling.log.error(message, { id: jobId, clientId, error });
      return undefined;
    }
  }

  /** @param refused - the token that CodePipeline did not accept, where this is the second try with a newer one */
  async function fetchDetails(
    clientId: string,
    jobId: string,
    polling: Polling,
    refused?: string,
  ): Promise<HandOver | undefined> {
    const { connection, ...limits } = polling;
    const leftMs = limits.until - limits.time.now();
    const clientToken = await inTime(lookUp(clientId, refused), leftMs, `no token of the client ${clientId} was given`);
    if (clientToken === undefined || clientToken === refused) {
      polling.log.error(clientToken === undefined ? UNKNOWN : REFUSED, { id: jobId, clientId });
      return undefined;
    }
    polling.addSecrets(clientToken);
    const offeredAt = polling.time.now();
    try {
      const input = { jobId, clientToken };
      const answer = await callUntil(connection, codePipelineApi, 'GetThirdPartyJobDetails', input, limits);
      const { jobDetails: job } = answer as { jobDetails?: unknown };
      return isOfferedJob(job) ? { job, offeredAt, clientToken, clientId, ...(shared ? { shared } : {}) } : undefined;
    } catch (error) {
      const isRefused = error instanceof AwsCallError && error.code === 'InvalidClientTokenException';
      if (!isRefused || refused !== undefined) throw error;
      return fetchDetails(clientId, jobId, polling, clientToken);
    }
  }

  return {
    actionType,
    find(ticket, asking) {
      const { jobId, clientToken } = ticket.data;
      return findJob('GetThirdPartyJobDetails', { jobId, clientToken }, ticket, asking);
    },
    async poll(maxBatchSize, polling) {
      const input = { actionTypeId: actionType, maxBatchSize };
      const answer = await askForOffers('PollForThirdPartyJobs', input, polling);
      const offers = (answer as { jobs?: ThirdPartyJob[] }).jobs ?? [];
      const jobs = await Promise.all(offers.map((offer) => fetchJob(offer, polling)));
      return { offered: offers.length, jobs: jobs.filter((job) => job !== undefined) };
    },
  };
}

const UNKNOWN = 'a job of an unknown client is left alone; give its client token';
const REFUSED = "a job is left alone: CodePipeline does not accept its client's token; give the one that holds now";
