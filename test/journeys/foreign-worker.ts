import {
  AcknowledgeJobCommand,
  type CodePipelineClient,
  type Job,
  PollForJobsCommand,
  PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';

const actionTypeId = { category: 'Source', owner: 'Custom', provider: 'Race', version: '1' } as const;
/** It takes its time for a job, in milliseconds, so that whoever answers in its place is seen. */
const WORK_MS = 100;

/**
 * A worker that is not Ringback's, on the same queue, written as AWS's samples are.
 *
 * @returns how many jobs it has answered when it is told to end
 */
export async function foreignWorker(client: CodePipelineClient, end: AbortSignal): Promise<number> {
  let answered = 0;
  while (!end.aborted) {
    const { jobs = [] } = await client.send(new PollForJobsCommand({ actionTypeId, maxBatchSize: 1 }));
    for (const { id: jobId, nonce } of jobs) {
      if (!(await acknowledges(client, { id: jobId, nonce }))) continue;
      await new Promise((resolve) => setTimeout(resolve, WORK_MS));
      await client.send(new PutJobSuccessResultCommand({ jobId }));
      answered++;
    }
    await new Promise((resolve) => setTimeout(resolve, WORK_MS));
  }
  return answered;
}

async function acknowledges(client: CodePipelineClient, offer: Pick<Job, 'id' | 'nonce'>): Promise<boolean> {
  try {
    const { status } = await client.send(new AcknowledgeJobCommand({ jobId: offer.id, nonce: offer.nonce }));
    return status === 'InProgress';
  } catch (error) {
    if ((error as Error).name === 'InvalidNonceException') return false;
    throw error;
  }
}
