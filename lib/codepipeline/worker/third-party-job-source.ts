import { AwsCallError } from '../../aws/index.ts';
import type { ActionTypeId } from './action-type.ts';
import { callCodePipeline } from './call-codepipeline.ts';
import { type HandOver, isOfferedJob } from './hand-over.ts';
import type { JobSource, PollEnvironment } from './job-source.ts';

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
  lookUp: (clientId: string) => Promise<string | undefined>,
  shared = false,
): JobSource {
  /** One job whole; undefined where it cannot be had, which leaves it to be offered again. */
  async function fetchJob(
    { clientId, jobId }: ThirdPartyJob,
    environment: PollEnvironment,
  ): Promise<HandOver | undefined> {
    const { log, time, addSecrets } = environment;
    if (!clientId || !jobId) return undefined;
    try {
      const clientToken = await lookUp(clientId);
      if (clientToken === undefined) {
        log.error('a job of an unknown client is left alone; give its client token', { id: jobId, clientId });
        return undefined;
      }
      addSecrets(clientToken);
      const offeredAt = time.now();
      const { jobDetails: job } = (await callCodePipeline(
        'GetThirdPartyJobDetails',
        { jobId, clientToken },
        environment,
      )) as { jobDetails?: unknown };
      return isOfferedJob(job) ? { job, offeredAt, clientToken, ...(shared ? { shared } : {}) } : undefined;
    } catch (error) {
      const gone = error instanceof AwsCallError && GONE.has(error.code);
      if (!gone) log.error('the details of a job cannot be had; it is left alone', { id: jobId, clientId, error });
      return undefined;
    }
  }

  return {
    actionType,
    async poll(maxBatchSize, environment) {
      const input = { actionTypeId: actionType, maxBatchSize };
      const answer = (await callCodePipeline('PollForThirdPartyJobs', input, environment)) as {
        jobs?: ThirdPartyJob[];
      };
      const offers = answer.jobs ?? [];
      const jobs = await Promise.all(offers.map((offer) => fetchJob(offer, environment)));
      return { offered: offers.length, jobs: jobs.filter((job) => job !== undefined) };
    },
  };
}

/** Somebody was faster: there is no such job any more. */
const GONE: ReadonlySet<string> = new Set(['JobNotFoundException', 'InvalidJobException']);
