import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import {
  CodePipelineClient,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from '@aws-sdk/client-codepipeline';
import type { CodePipelineEvent, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';

/*
 * The deployment gate as a careful engineer writes it without Ringback: the SDK's client, Powertools' logger and
 * idempotency, the result reported outside of what is idempotent. It is what the bench compares with, so it is written
 * to be fast as well: the smallest zod, which compiles nothing, and clients outside of the handler.
 */

const logger = new Logger({ serviceName: 'deployment-gate' });
const codepipeline = new CodePipelineClient({});
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env.RINGBACK_LEDGER_TABLE ?? '' });
const config = new IdempotencyConfig({ eventKeyJmesPath: '"CodePipeline.job".id', throwOnNoIdempotencyKey: true });

z.config({ ...english(), jitless: true });
const parameters = z.object({
  url: z.url({ protocol: /^https?$/ }),
  attempts: z._default(z.int().check(z.minimum(1), z.maximum(2_000)), 20),
  intervalSeconds: z._default(z.number().check(z.minimum(1), z.maximum(3_600)), 30),
});
const state = z.object({ attempt: z.number(), notBefore: z.number() });

type Answer =
  | { readonly kind: 'succeeded'; readonly attempt: number; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'continued'; readonly token: string };

async function askOnce(event: CodePipelineEvent, signal: AbortSignal): Promise<Answer> {
  const { data } = event['CodePipeline.job'];
  const { url, attempts, intervalSeconds } = parameters.parse(
    JSON.parse(data.actionConfiguration.configuration.UserParameters),
  );
  const last = data.continuationToken ? state.parse(JSON.parse(data.continuationToken)) : undefined;
  if (last !== undefined && data.continuationToken && Date.now() < last.notBefore) {
    return { kind: 'continued', token: data.continuationToken };
  }
  const attempt = (last?.attempt ?? 0) + 1;
  const response = await fetch(url, { signal });
  await response.body?.cancel();
  logger.info('asked', { url, attempt, status: response.status });
  if (response.ok) return { kind: 'succeeded', attempt, status: response.status };
  if (attempt >= attempts) {
    return { kind: 'failed', reason: `${url} was not healthy in ${attempt} tries; the last said ${response.status}` };
  }
  return {
    kind: 'continued',
    token: JSON.stringify({ attempt, notBefore: Date.now() + intervalSeconds * 1000 }),
  };
}

const decide = makeIdempotent(
  async (event: CodePipelineEvent, signal: AbortSignal): Promise<Answer> => {
    try {
      return await askOnce(event, signal);
    } catch (error) {
      logger.error('the gate failed', error as Error);
      return { kind: 'failed', reason: (error as Error).message };
    }
  },
  { persistenceStore, config },
);

/** Holds a pipeline until a URL is healthy. */
export async function handler(event: CodePipelineEvent, context: Context): Promise<void> {
  config.registerLambdaContext(context);
  const jobId = event['CodePipeline.job'].id;
  const answer = await decide(event, AbortSignal.timeout(context.getRemainingTimeInMillis() - 1_500));
  if (answer.kind === 'failed') {
    const failureDetails = { type: 'JobFailed', message: answer.reason.slice(-5_000) } as const;
    await codepipeline.send(new PutJobFailureResultCommand({ jobId, failureDetails }));
  } else if (answer.kind === 'continued') {
    await codepipeline.send(new PutJobSuccessResultCommand({ jobId, continuationToken: answer.token }));
  } else {
    const outputVariables = { Attempts: String(answer.attempt), Status: String(answer.status) };
    await codepipeline.send(new PutJobSuccessResultCommand({ jobId, outputVariables }));
  }
  logger.info('answered', { jobId, answer: answer.kind });
}
