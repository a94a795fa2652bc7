import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { continueAfter, defer, RetryableError, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConnection } from '../../lib/aws/index.ts';
import { pipelineJobWith } from '../../lib/codepipeline/pipeline-job.ts';
import { completeWith } from '../../lib/core/complete.ts';
import { isRingbackError } from '../../lib/core/errors.ts';
import { createLastResort } from '../../lib/core/last-resort/last-resort.ts';
import { createDynamoDbLedger } from '../../lib/core/ledger/dynamodb-ledger.ts';
import type { Runtime } from '../../lib/core/runtime.ts';
import { createSeededRandom } from '../../lib/local/faults/seeded-random.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import { services } from '../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../unit/test-runtime.ts';
import { fuzzCount, SEED } from './fuzz-settings.ts';
import { mutateItem, type StoredItem } from './mutate-item.ts';

const COUNT = fuzzCount(1_200);
const TABLE = 'ledger';
const HOUR_MS = 3_600_000;
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'x' };

let cloud: LocalCloud;
let client: DynamoDBClient;
let recording: TestRuntime;
let runtime: Runtime;
beforeAll(async () => {
  cloud = await createLocalCloud();
  client = new DynamoDBClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  recording = await createTestRuntime();
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: cloud.endpoint,
  };
  const connection = createConnection({ env });
  runtime = { ...recording, ledger: createDynamoDbLedger({ tableName: TABLE, connection, time: recording.time }) };
});
afterAll(async () => {
  client?.destroy();
  await recording?.close();
  await cloud?.stop();
});

/** What logic does first, so that its entry is left in one of its states. */
const beginnings = {
  decided: () => succeed({ summary: 'as it was decided' }),
  waiting: () => continueAfter({ seconds: 30 }, { step: 1 }),
  awaiting: () => defer({ within: { minutes: 10 } }),
  'given back': () => {
    throw new RetryableError('not yet');
  },
  running: () => new Promise<undefined>(() => undefined),
} as const;
type Beginning = keyof typeof beginnings;

it(`a damaged entry is answered once, and never taken for a success: ${COUNT} of them (RINGBACK_SEED=${SEED})`, async () => {
  const random = createSeededRandom(SEED);
  let act: () => unknown = beginnings.decided;
  let runs = 0;
  const handler = pipelineJobWith(
    () => runtime,
    () => {
      runs++;
      return act() as undefined;
    },
  );
  const lastResort = createLastResort(services, () => runtime);
  const kinds = Object.keys(beginnings) as Beginning[];
  const tally = { failed: 0, succeeded: 0, putOff: 0, lastResort: 0 };

  async function deliver(event: unknown, shown: string): Promise<boolean> {
    const thrown = await handler(event, lambdaContext()).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    if (thrown === undefined) return true;
    const known = isRingbackError(thrown) ? thrown.code : `${thrown.name}: ${thrown.message} ${thrown.stack}`;
    expect(known, shown).toMatch(/^(IN_PROGRESS|LEDGER|RETRYABLE|ANSWER_NOT_GIVEN)$/);
    return false;
  }

  async function lastTries(event: unknown, shown: string): Promise<void> {
    const requestContext = { requestId: 'r', functionArn: 'a:function:Gate' };
    const body = JSON.stringify({ requestPayload: event, requestContext });
    for (let receives = 1; receives <= 5; receives++) {
      const attributes = { ApproximateReceiveCount: String(receives) };
      const { batchItemFailures } = await lastResort(
        { Records: [{ messageId: 'm', body, attributes }] },
        lambdaContext(),
      );
      if (batchItemFailures.length === 0) return;
      recording.time.advance(180_000);
    }
    expect.fail(`the last resort cannot answer: ${shown}`);
  }

  /** Whether somebody could decide by `complete`. */
  function complete(id: string, shown: string): Promise<boolean> {
    const callback = { service: 'codepipeline', id, region: 'us-east-1' };
    return completeWith(runtime, services, callback, succeed({})).then(
      ({ accepted }) => accepted,
      (error: unknown) => {
        expect(isRingbackError(error) ? error.code : error, shown).toMatch(/^(INVALID_CALLBACK|ANSWER_NOT_GIVEN)$/);
        return false;
      },
    );
  }

  for (let index = 0; index < COUNT; index++) {
    const beginning = kinds[index % kinds.length] ?? 'decided';
    const id = crypto.randomUUID();
    act = beginnings[beginning];
    const first = pipelineJobEvent({ id });
    if (beginning === 'running') await runtime.ledger.take(...runningEntry(id));
    else await handler(first, lambdaContext()).catch(() => undefined);
    const token = recording.service.answers.at(-1)?.input.continuationToken;
    const isLater = (beginning === 'waiting' || beginning === 'awaiting') && random() < 0.7;
    const event = isLater ? pipelineJobEvent({ continuationToken: token }) : first;

    const Key = { id: { S: `codepipeline#${id}` } };
    const { Item } = await client.send(new GetItemCommand({ TableName: TABLE, Key, ConsistentRead: true }));
    const item = mutateItem(Item as unknown as StoredItem, random);
    await client.send(new PutItemCommand({ TableName: TABLE, Item: item as never }));
    const shown = `entry ${index}, ${beginning}, run ${isLater ? 2 : 1}: ${JSON.stringify(item).slice(0, 1_500)}`;
    const [answered, lines] = [recording.service.answers.length, recording.lines.length];
    runs = 0;
    act = () => succeed({ summary: 'by the logic' });
    if (random() < 0.5) recording.time.advance(HOUR_MS);
    const isCompleted = random() < 0.2 && (await complete(id, shown));
    for (let attempt = 1; attempt <= 4; attempt++) {
      if (attempt === 4) {
        tally.lastResort++;
        await lastTries(event, shown);
      } else if (await deliver(event, shown)) break;
      recording.time.advance(60_000);
    }
    const answers = recording.service.answers.slice(answered);
    // A run that was put off has had its answer before its entry was damaged.
    const wasAnswered = !isLater && (beginning === 'waiting' || beginning === 'awaiting');
    if (!wasAnswered) expect(answers.length, shown).toBeGreaterThan(0);
    if (answers.length === 0) continue;
    expect(new Set(answers.map(({ operation }) => operation)).size, shown).toBe(1);
    expect(runs, shown).toBeLessThanOrEqual(1);
    const [{ operation, input } = { operation: '', input: {} }] = answers;
    if (operation === 'PutJobFailureResult') tally.failed++;
    else if (input.continuationToken !== undefined) tally.putOff++;
    else {
      tally.succeeded++;
      expect(runs === 1 || isCompleted || beginning === 'decided', shown).toBe(true);
    }
    const { secretAccessKey } = event['CodePipeline.job'].data.artifactCredentials;
    expect(JSON.stringify([answers, recording.lines.slice(lines)]), shown).not.toContain(secretAccessKey);
  }
  expect(tally.failed).toBeGreaterThan(COUNT / 10);
  expect(tally.putOff).toBeGreaterThan(COUNT / 50);
}, 900_000);

function runningEntry(id: string): Parameters<Runtime['ledger']['take']> {
  const now = recording.time.now();
  const asked = { key: `codepipeline#${id}`, run: 1, ticket: { region: 'us-east-1', data: { jobId: id } } };
  return [asked, { owner: 'somebody', requestId: 'r', until: now + 30_000 }, now + 10_000];
}
