import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../../../lib/local/index.ts';
import names from '../../../../lib/local/models/operation-names.json' with { type: 'json' };
import { signedFor } from './open-wire.ts';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await createLocalCloud();
});
afterAll(() => cloud.stop());

async function post(target: string, body: string | Uint8Array = '{}') {
  const response = await fetch(cloud.endpoint, {
    method: 'POST',
    headers: { authorization: signedFor('any'), 'x-amz-target': target },
    body: typeof body === 'string' ? body : Buffer.from(body),
  });
  const json = JSON.parse((await response.text()) || '{}');
  return { status: response.status, type: json.__type, message: json.message, headers: response.headers };
}

const JSON_APIS = [
  'CodePipeline_20150709',
  'TransferService',
  'AWS242ServiceCatalogService',
  'DynamoDB_20120810',
  'AmazonSQS',
  'AWSEvents',
  'secretsmanager',
  'TrentService',
] as const;

describe('operations', () => {
  it.each(JSON_APIS)('of %s are simulated or answered with 501, every one that AWS has', async (api) => {
    const unknown: string[] = [];
    for (const operation of names[api]) {
      const { status, type } = await post(`${api}.${operation}`);
      if (type === 'UnknownOperationException') unknown.push(operation);
      if (type === 'NotImplementedException') expect(status).toBe(501);
    }
    expect(unknown).toEqual([]);
  });

  it.each(['CreateFleet', 'ListFleets', 'StartSandbox'])(
    'that CodeBuild has got later are known too: %s',
    async (name) => {
      expect(await post(`CodeBuild_20161006.${name}`)).toMatchObject({ status: 501, type: 'NotImplementedException' });
    },
  );

  it.each(JSON_APIS)('that %s has not are unknown', async (api) => {
    const answer = await post(`${api}.PutTheCatOut`);
    expect(answer).toMatchObject({ status: 400, type: expect.stringContaining('UnknownOperationException') });
  });
});

describe('errors of SQS', () => {
  it.each([
    ['GetQueueUrl', { QueueName: 'nobody' }, 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
    ['SendMessage', {}, 'MissingRequiredParameterException', 'MissingParameter'],
    ['CreateQueue', { QueueName: 'a b' }, 'InvalidParameterValueException', 'InvalidParameterValue'],
  ])('of %s tell the code of the query protocol too', async (operation, input, type, code) => {
    const answer = await post(`AmazonSQS.${operation}`, JSON.stringify(input));
    expect(answer).toMatchObject({ status: 400, type: `com.amazonaws.sqs#${type}` });
    expect(answer.headers.get('x-amzn-query-error')).toBe(`${code};Sender`);
  });
});

describe('a body over the limit', () => {
  const tooLong = Buffer.alloc(17 * 1024 * 1024, 0x20);

  it.each([
    ['DynamoDB_20120810.PutItem', 413, 'RequestEntityTooLargeException'],
    ['AmazonSQS.SendMessage', 400, 'com.amazonaws.sqs#InvalidParameterValueException'],
    ['CodePipeline_20150709.PutJobSuccessResult', 413, 'RequestEntityTooLargeException'],
    ['CodePipeline_20150709.ListRuleTypes', 501, 'NotImplementedException'],
  ])('of %s gets the error of the service, and the connection goes on', async (target, status, type) => {
    expect(await post(target, tooLong)).toMatchObject({ status, type });
    expect((await post('AmazonSQS.ListQueues')).status).toBe(200);
  });

  it('to a function that is not there is answered with that', async () => {
    const response = await fetch(`${cloud.endpoint}/2015-03-31/functions/any/invocations`, {
      method: 'POST',
      headers: { authorization: signedFor('lambda') },
      body: tooLong,
    });
    expect(response.status).toBe(404);
    await response.text();
  });

  it('is refused by S3 in XML', async () => {
    const headers = { authorization: signedFor('s3') };
    await fetch(`${cloud.endpoint}/documents`, { method: 'PUT', headers });
    const response = await fetch(`${cloud.endpoint}/documents?delete`, { method: 'POST', headers, body: tooLong });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>MaxMessageLengthExceeded</Code>');
  });
});
