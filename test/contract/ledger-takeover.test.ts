import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConnection } from '../../lib/aws/index.ts';
import { createDynamoDbLedger } from '../../lib/core/dynamodb-ledger.ts';
import { systemTime } from '../../lib/core/retry.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';

let cloud: LocalCloud;
/** How many of the next writes are taken and then answered by a reset. */
let lost = 0;

beforeAll(async () => {
  const after = () => (lost-- > 0 ? ({ kind: 'reset' } as const) : undefined);
  cloud = await createLocalCloud({ interceptors: [{ after }] });
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'x' };
  await new DynamoDBClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials }).send(
    new CreateTableCommand({
      TableName: 'ledger',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});
afterAll(() => cloud.stop());

function newEntry() {
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL: cloud.endpoint,
  };
  const ledger = createDynamoDbLedger({ tableName: 'ledger', connection: createConnection({ env }), time: systemTime });
  const callback = { service: 'codepipeline', id: crypto.randomUUID(), region: 'us-east-1', data: {} };
  const claim = (owner: string, leaseMs: number) => ({ owner, requestId: 'r', run: 1, leaseMs });
  const open = (owner: string, leaseMs = 60_000) => ledger.open(callback, claim(owner, leaseMs), Date.now() + 5_000);
  return { open, release: (owner: string) => ledger.release(callback, claim(owner, 0), Date.now() + 5_000) };
}

it.each([0, 1, 2])('says that the earlier owner died when %i responses are lost on the way', async (losses) => {
  const { open } = newEntry();
  await open('dead', -1);
  lost = losses;
  expect(await open('heir')).toEqual({ status: 'claimed', died: true });
});

it.each([0, 1, 2])('calls nobody dead who gave the claim back, with %i responses lost', async (losses) => {
  const { open, release } = newEntry();
  await open('first');
  await release('first');
  lost = losses;
  expect(await open('second')).toEqual({ status: 'claimed', died: false });
});

it('lets one of twenty take over from the dead', async () => {
  const { open } = newEntry();
  await open('dead', -1);
  const openings = await Promise.all(Array.from({ length: 20 }, (_, index) => open(`heir-${index}`)));
  expect(openings.filter(({ status }) => status === 'claimed')).toEqual([{ status: 'claimed', died: true }]);
  expect(openings.filter(({ status }) => status === 'busy')).toHaveLength(19);
});
