import { deleteResource, ensureResource, updateResource } from 'ringback/cloudcontrol';
import { describe, expect, it } from 'vitest';
import { readTypeSchema } from '../../../lib/cloudcontrol/type-schema.ts';
import { waitWith } from '../../../lib/cloudcontrol/wait.ts';
import { startCloudControl } from './cloud.ts';

const LOG_GROUP = 'AWS::Logs::LogGroup';
const logGroup = (more: object = {}) =>
  ensureResource({ typeName: LOG_GROUP, desiredState: { LogGroupName: '/shop', ...more } });

describe('an update', () => {
  it('is made out of the properties that are desired', async () => {
    const { runtime, properties, calls } = await startCloudControl();
    await waitWith(runtime, logGroup({ RetentionInDays: 7, Tags: [{ Key: 'team', Value: 'shop' }] }));
    const desiredState = { LogGroupName: '/shop', RetentionInDays: 30, Arn: 'read-only', Tags: null };
    const update = updateResource({ typeName: LOG_GROUP, identifier: '/shop', desiredState });
    expect(await waitWith(runtime, update)).toMatchObject({
      operation: 'UPDATE',
      changedProperties: ['RetentionInDays', 'Tags'],
    });
    expect(await properties(LOG_GROUP, '/shop')).toMatchObject({ RetentionInDays: 30 });
    const { input } = calls.findLast(({ operation }) => operation === 'UpdateResource') ?? {};
    expect(JSON.parse(input.PatchDocument)).toEqual([
      { op: 'add', path: '/RetentionInDays', value: 30 },
      { op: 'remove', path: '/Tags' },
    ]);
  });

  it('to the name of another resource is refused, and nothing is asked for', async () => {
    const { runtime, countOf } = await startCloudControl();
    await waitWith(runtime, logGroup());
    const update = (LogGroupName: string) =>
      updateResource({
        typeName: LOG_GROUP,
        identifier: '/shop',
        desiredState: { LogGroupName, RetentionInDays: 30 },
      });
    await expect(waitWith(runtime, update('/shop2'))).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringMatching(/\/shop cannot be brought to the desired state: LogGroupName names another/),
    });
    expect(countOf('UpdateResource')).toBe(0);
    const arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/shop';
    expect(await waitWith(runtime, update(arn))).toMatchObject({ changedProperties: ['RetentionInDays'] });
  });

  it('may be a patch', async () => {
    const { runtime, properties } = await startCloudControl();
    await waitWith(runtime, logGroup({ RetentionInDays: 7 }));
    const patchDocument = [{ op: 'replace', path: 'RetentionInDays', value: 90 }] as const;
    await waitWith(runtime, updateResource({ typeName: LOG_GROUP, identifier: '/shop', patchDocument }));
    expect(await properties(LOG_GROUP, '/shop')).toMatchObject({ RetentionInDays: 90 });
  });

  it('sends what can only be written, which no read shows', async () => {
    const { runtime, json } = await startCloudControl();
    const typeName = 'AWS::SecretsManager::Secret';
    const secret = (more: object) => ensureResource({ typeName, desiredState: { Name: 'login', ...more } });
    const { identifier } = await waitWith(runtime, secret({ SecretString: 'first password' }));
    const changed = await waitWith(runtime, secret({ SecretString: 'second password' }));
    expect(changed).toMatchObject({ identifier, operation: 'UPDATE', changedProperties: ['SecretString'] });
    const { SecretString } = await json('secretsmanager', 'GetSecretValue', { SecretId: 'login' });
    expect(SecretString).toBe('second password');
  });

  it('of which AWS alone knows whether it takes another resource is asked for, and its failure says so', async () => {
    const { runtime, cloud, countOf } = await startCloudControl();
    const schema = readTypeSchema(
      LOG_GROUP,
      JSON.stringify({
        properties: { LogGroupName: {}, RetentionInDays: {} },
        primaryIdentifier: ['/properties/LogGroupName'],
        conditionalCreateOnlyProperties: ['/properties/RetentionInDays'],
      }),
    );
    const knowing = { ...runtime, schemas: { get: async () => schema } };
    await waitWith(knowing, logGroup({ RetentionInDays: 7 }));
    expect(await waitWith(knowing, logGroup({ RetentionInDays: 30 }))).toMatchObject({
      operation: 'UPDATE',
      warnings: [],
    });
    cloud.faults.add({ kind: 'handler-error', operation: 'UPDATE', errorCode: 'NotUpdatable' });
    await expect(waitWith(knowing, logGroup({ RetentionInDays: 90 }))).rejects.toThrow(
      /NotUpdatable.*some changes of RetentionInDays take another resource/,
    );
    expect(countOf('UpdateResource')).toBe(2);
  });

  it('that changes nothing asks for nothing', async () => {
    const { runtime, countOf } = await startCloudControl();
    await waitWith(runtime, logGroup({ RetentionInDays: 7 }));
    expect(await waitWith(runtime, logGroup({ RetentionInDays: 7 }))).toMatchObject({ operation: 'NONE' });
    expect(countOf('UpdateResource')).toBe(0);
  });

  it.each([
    [
      'create-only properties',
      { desiredState: { LogGroupName: '/shop', FifoQueue: true } },
      'AWS::SQS::Queue',
      /FifoQueue .*another resource/,
    ],
    [
      'a patch of them',
      { patchDocument: [{ op: 'add', path: '/QueueName', value: 'x' }] },
      'AWS::SQS::Queue',
      /QueueName can be set on creation alone/,
    ],
    [
      'a patch of read-only ones',
      { patchDocument: [{ op: 'add', path: '/Arn', value: 'x' }] },
      'AWS::SQS::Queue',
      /Arn can be read alone/,
    ],
  ])('of %s is refused before anything is asked for', async (_what, change, typeName, message) => {
    const { runtime, countOf } = await startCloudControl();
    const { identifier } = await waitWith(runtime, ensureResource({ typeName, desiredState: { QueueName: 'orders' } }));
    const update = updateResource({ typeName, identifier, ...change } as Parameters<typeof updateResource>[0]);
    await expect(waitWith(runtime, update)).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringMatching(message),
    });
    expect(countOf('UpdateResource')).toBe(0);
  });

  it('of a type without an update handler is refused, with the reason', async () => {
    const { runtime, countOf, cloud } = await startCloudControl();
    expect(cloud.region).toBe('us-east-1');
    const typeName = 'AWS::Lambda::Permission';
    const patchDocument = [{ op: 'add', path: '/Principal', value: 'x' }] as const;
    const update = updateResource({ typeName, identifier: 'function|statement', patchDocument });
    await expect(waitWith(runtime, update)).rejects.toThrow(/no update handler/);
    expect(countOf('UpdateResource')).toBe(0);
  });

  it('without the permission to ask for the type is made all the same, and says what is not known', async () => {
    const { runtime, runtimeOf, roleKey, properties } = await startCloudControl();
    await waitWith(runtime, logGroup({ RetentionInDays: 7 }));
    const key = await roleKey(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'cloudformation:DescribeType', Resource: '*' },
    );
    const desiredState = { RetentionInDays: 30 };
    const update = updateResource({ typeName: LOG_GROUP, identifier: '/shop', desiredState });
    const changed = await waitWith(runtimeOf(key), update);
    expect(changed.warnings).toEqual([expect.stringMatching(/write-only.*is not known.*cloudformation:DescribeType/)]);
    expect(await properties(LOG_GROUP, '/shop')).toMatchObject({ RetentionInDays: 30 });
  });
});

describe('to ensure', () => {
  it('creates what is missing, changes what differs, and finds by its name what AWS identifies', async () => {
    const { runtime, countOf } = await startCloudControl();
    const queue = (more: object) =>
      ensureResource({ typeName: 'AWS::SQS::Queue', desiredState: { QueueName: 'orders', ...more } });
    await waitWith(runtime, ensureResource({ typeName: 'AWS::SQS::Queue', desiredState: { QueueName: 'orders-2' } }));
    const made = await waitWith(runtime, queue({ VisibilityTimeout: 60 }));
    expect(made).toMatchObject({ operation: 'CREATE', identifier: expect.stringMatching(/\/orders$/) });
    const changed = await waitWith(runtime, queue({ VisibilityTimeout: 90 }));
    expect(changed).toMatchObject({ operation: 'UPDATE', identifier: made.identifier });
    expect(countOf('CreateResource')).toBe(2);
  });

  it('refuses what it could not tell from others: each time one more would be made', async () => {
    const { runtime, countOf } = await startCloudControl();
    const request = ensureResource({ typeName: 'AWS::SQS::Queue', desiredState: { VisibilityTimeout: 60 } });
    await expect(waitWith(runtime, request)).rejects.toThrow(/AWS gives its QueueUrl; pass the identifier/);
    expect(countOf('CreateResource')).toBe(0);
  });

  it('takes over what an attempt left that failed', async () => {
    const { runtime, cloud, properties } = await startCloudControl();
    cloud.faults.add(`handler-error:after:${LOG_GROUP}:CREATE:Throttling`);
    const made = await waitWith(runtime, logGroup({ RetentionInDays: 7 }));
    expect(made).toMatchObject({ identifier: '/shop' });
    expect(await properties(LOG_GROUP, '/shop')).toMatchObject({ RetentionInDays: 7 });
  });
});

describe('an identifier', () => {
  const typeName = 'AWS::Lambda::Permission';

  it.each([
    [
      'too few parts',
      'function',
      /does not identify a resource of AWS::Lambda::Permission; the form is FunctionName\|Id/,
    ],
    ['the wrong parts', { FunctionName: 'f', Sid: 's' }, /is made of FunctionName, Id, but got FunctionName, Sid/],
    ['nothing', '', /must be a text, or an object/],
  ])('of %s is refused, and nothing is asked for', async (_what, identifier, message) => {
    const { runtime, countOf } = await startCloudControl();
    await expect(waitWith(runtime, deleteResource({ typeName, identifier }))).rejects.toThrow(message);
    expect(countOf('DeleteResource')).toBe(0);
  });

  it('of several parts is taken apart', async () => {
    const { runtime } = await startCloudControl();
    const deletion = deleteResource({ typeName: 'AWS::IAM::RolePolicy', identifier: 'read|deploy' });
    const { identifierParts } = await waitWith(runtime, deletion);
    expect(await identifierParts()).toEqual({ PolicyName: 'read', RoleName: 'deploy' });
  });

  it('is put together in the order of the type', async () => {
    const { runtime, calls } = await startCloudControl();
    await waitWith(runtime, deleteResource({ typeName, identifier: { Id: 's', FunctionName: 'f' } })).catch(
      () => undefined,
    );
    expect(calls.find(({ operation }) => operation === 'DeleteResource')?.input.Identifier).toBe('f|s');
  });
});
