import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  type Job,
  PollForJobsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';

/*
 * A job worker as a careful engineer writes it without Ringback, as a process: it polls as long as it has room, acknowledges,
 * runs its logic once by Powertools' idempotency, and reports. It is what the bench compares `ringback worker` with.
 */

const concurrency = Number(process.env.CONCURRENCY ?? 5);
const actionTypeId = { category: 'Source', owner: 'Custom', provider: 'Bench', version: '1' } as const;
const IDLE_MS = 500;

const logger = new Logger({ serviceName: 'job-worker' });
const codepipeline = new CodePipelineClient({});
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env.RINGBACK_LEDGER_TABLE ?? '' });
const config = new IdempotencyConfig({ eventKeyJmesPath: 'id', throwOnNoIdempotencyKey: true });

const decide = makeIdempotent(async (job: { readonly id: string }) => ({ summary: `done ${job.id}` }), {
  persistenceStore,
  config,
});

async function work({ id: jobId = '', nonce }: Job): Promise<void> {
  const { status } = await codepipeline.send(new AcknowledgeJobCommand({ jobId, nonce }));
  if (status !== 'InProgress') return;
  try {
    const executionDetails = await decide({ id: jobId });
    await codepipeline.send(new PutJobSuccessResultCommand({ jobId, executionDetails }));
    logger.info('answered', { jobId });
  } catch (error) {
    logger.error('the job failed', error as Error);
    const failureDetails = { type: 'JobFailed', message: (error as Error).message.slice(-5_000) } as const;
    await codepipeline.send(new PutJobFailureResultCommand({ jobId, failureDetails }));
  }
}

const running = new Set<Promise<void>>();
process.on('SIGTERM', () => process.exit(0));
for (;;) {
  const room = concurrency - running.size;
  if (room === 0) {
    await Promise.race(running);
    continue;
  }
  const { jobs = [] } = await codepipeline.send(new PollForJobsCommand({ actionTypeId, maxBatchSize: room }));
  for (const job of jobs) {
    const done: Promise<void> = work(job)
      .catch((error: Error) => logger.error('not answered', error))
      .finally(() => running.delete(done));
    running.add(done);
  }
  if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
}
