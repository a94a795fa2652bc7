import { describe, expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

const policy = (overrides: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...overrides }],
  });

const MALFORMED: readonly [what: string, overrides: object][] = [
  ['an unknown effect', { Effect: 'Foo' }],
  ['no principal', { Principal: undefined }],
  ['a principal of no kind', { Principal: { Foo: 'x' } }],
  ['no action', { Action: undefined }],
  ['a condition operator that does not exist', { Condition: { StringEqualz: { 'aws:userid': 'x' } } }],
];
const LOCKED = policy({ Effect: 'Deny' });

describe('the policy of a queue', () => {
  it.each(MALFORMED)('with %s is refused, and the queue stays as it was', async (_what, overrides) => {
    const { json } = await startCloud();
    const { QueueUrl } = await json('sqs', 'CreateQueue', { QueueName: 'shop' });
    const Attributes = { Policy: policy(overrides) };
    const refused = { code: expect.stringContaining('InvalidAttributeValue') };
    expect(await json('sqs', 'SetQueueAttributes', { QueueUrl, Attributes })).toMatchObject(refused);
    expect(await json('sqs', 'CreateQueue', { QueueName: 'other', Attributes })).toMatchObject(refused);
    expect(await json('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' })).toHaveProperty('MessageId');
  });

  it('is mended by the root whatever it says', async () => {
    const { json } = await startCloud();
    const { QueueUrl } = await json('sqs', 'CreateQueue', { QueueName: 'shop', Attributes: { Policy: LOCKED } });
    expect(await json('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' })).toMatchObject({ status: 403 });
    expect(await json('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: '' } })).toEqual({});
    expect(await json('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' })).toHaveProperty('MessageId');
  });
});

describe('the policy of a bucket', () => {
  async function withBucket() {
    const { send } = await startCloud();
    const call = async (method: string, path: string, body?: string) => {
      const response = await send('s3', `/shop${path}`, { method, ...(body === undefined ? {} : { body }) });
      return { status: response.status, text: await response.text() };
    };
    await call('PUT', '');
    return call;
  }

  it.each([...MALFORMED, ['no resource', { Resource: undefined }] as const])(
    'with %s is refused, and the bucket stays as it was',
    async (_what, overrides) => {
      const call = await withBucket();
      expect(await call('PUT', '?policy', policy(overrides))).toMatchObject({
        status: 400,
        text: expect.stringContaining('<Code>MalformedPolicy</Code>'),
      });
      expect(await call('GET', '?location')).toMatchObject({ status: 200 });
    },
  );

  // test_s3.py::test_bucket_policy_exc
  it.each([
    ['', "Policies must be valid JSON and the first byte must be '{'"],
    ['randomstring', "Policies must be valid JSON and the first byte must be '{'"],
    ['{}', 'Missing required field Statement'],
  ])('is refused where it is %j', async (body, message) => {
    const { status, text } = await (await withBucket())('PUT', '?policy', body);
    expect(status).toBe(400);
    expect(text.replaceAll('&apos;', "'").replaceAll('&#39;', "'")).toContain(message);
  });

  it('is mended by the root whatever it says', async () => {
    const call = await withBucket();
    await call('PUT', '?policy', LOCKED);
    expect(await call('GET', '?location')).toMatchObject({ status: 403 });
    expect(await call('GET', '?policy')).toMatchObject({ status: 200, text: LOCKED });
    expect(await call('DELETE', '?policy')).toMatchObject({ status: 204 });
    expect(await call('GET', '?location')).toMatchObject({ status: 200 });
  });
});

describe('the policy of a secret', () => {
  it.each(MALFORMED)('with %s is refused, also where it is only validated', async (_what, overrides) => {
    const { json } = await startCloud();
    await json('secretsmanager', 'CreateSecret', { Name: 'shop', SecretString: 'x' });
    const input = { SecretId: 'shop', ResourcePolicy: policy(overrides) };
    const refused = { code: 'MalformedPolicyDocumentException' };
    expect(await json('secretsmanager', 'ValidateResourcePolicy', input)).toMatchObject(refused);
    expect(await json('secretsmanager', 'PutResourcePolicy', input)).toMatchObject(refused);
    expect(await json('secretsmanager', 'GetSecretValue', { SecretId: 'shop' })).toHaveProperty('SecretString');
  });

  it('is mended by the root whatever it says', async () => {
    const { json } = await startCloud();
    await json('secretsmanager', 'CreateSecret', { Name: 'shop', SecretString: 'x' });
    await json('secretsmanager', 'PutResourcePolicy', { SecretId: 'shop', ResourcePolicy: LOCKED });
    expect(await json('secretsmanager', 'GetSecretValue', { SecretId: 'shop' })).toHaveProperty('code');
    expect(await json('secretsmanager', 'DeleteResourcePolicy', { SecretId: 'shop' })).toHaveProperty('ARN');
    expect(await json('secretsmanager', 'GetSecretValue', { SecretId: 'shop' })).toHaveProperty('SecretString');
  });
});

it.each(MALFORMED)('the policy of a table with %s is refused', async (_what, overrides) => {
  const { json } = await startCloud();
  const table = {
    TableName: 'shop',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  };
  expect(await json('dynamodb', 'CreateTable', { ...table, ResourcePolicy: policy(overrides) })).toMatchObject({
    code: expect.stringContaining('ValidationException'),
  });
  expect(await json('dynamodb', 'DescribeTable', { TableName: 'shop' })).toHaveProperty('code');
});
