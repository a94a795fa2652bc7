import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { type Journey, startJourney } from './journey.ts';
import { declareSignOff } from './sign-off-stack.ts';

/** Ledger requests since the last poll began, one number for each poll. */
const requestsOfPolls: number[] = [];

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney('DayLong', declareSignOff('day-long.ts'), {
    speed: 10_000,
    interceptors: [
      {
        before({ service, principal }) {
          const last = requestsOfPolls.length - 1;
          if (service === 'dynamodb' && principal.arn.includes('Ask'))
            requestsOfPolls[last] = (requestsOfPolls[last] ?? 0) + 1;
          return undefined;
        },
      },
    ],
  });
});
afterAll(() => journey?.close());

it('a deferral of 24 hours is one row of the ledger, and one ledger request a poll', { timeout: 600_000 }, async () => {
  const { cloud, client, output } = journey;
  const name = output('PipelineName');
  cloud.events.on('delivery', () => requestsOfPolls.push(0));
  const told: unknown[] = [];
  for (const kind of ['answer', 'invocation', 'invocationEnd', 'log', 'asyncFailure'] as const) {
    cloud.events.on(kind, (event) => told.push([kind, event]) > 60 && told.shift());
  }
  onTestFailed(() => void process.stderr.write(JSON.stringify(told, undefined, 1)));
  await new S3Client(client).send(
    new PutObjectCommand({ Bucket: output('SourceBucket'), Key: 'source.zip', Body: 'anything' }),
  );
  const { pipelineExecutionId = '' } = await new CodePipelineClient(client).send(
    new StartPipelineExecutionCommand({ name }),
  );

  const { status, actions } = await cloud.codepipeline.waitForExecution(name, pipelineExecutionId);

  expect(status).toBe('Failed');
  expect(actions.find(({ actionName }) => actionName === 'Person')?.errorDetails?.message).toMatch(
    /the answer was left to somebody else, who gave none until /,
  );
  // CodePipeline asks again about 30 s after each continuation.
  expect(requestsOfPolls.length).toBeGreaterThan(2_500);
  // The first one takes the entry and lets it wait; the last one finds that time is over, and decides.
  const [first, ...polls] = requestsOfPolls;
  expect({ first, last: polls.pop() }).toEqual({ first: 2, last: 2 });
  expect(new Set(polls)).toEqual(new Set([1]));
  const { Items: rows } = await new DynamoDBClient(client).send(new ScanCommand({ TableName: output('Ledger') }));
  expect(rows).toHaveLength(1);
});
