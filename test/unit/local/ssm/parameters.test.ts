import { describe, expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';
import { assemblyFolder } from '../template/assembly-folder.ts';

const parameter = { Name: '/shop/colour', Type: 'String', Value: 'blue' };

describe('a parameter', () => {
  it('is put, read, overwritten, described and deleted', async () => {
    const { json } = await startCloud();
    expect(await json('ssm', 'PutParameter', parameter)).toEqual({ Version: 1, Tier: 'Standard' });
    expect(await json('ssm', 'PutParameter', parameter)).toMatchObject({ code: 'ParameterAlreadyExists' });
    const next = { ...parameter, Value: 'green', Overwrite: true };
    expect(await json('ssm', 'PutParameter', next)).toMatchObject({ Version: 2 });
    expect(await json('ssm', 'GetParameter', { Name: '/shop/colour' })).toMatchObject({
      Parameter: { Value: 'green', Version: 2, ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/shop/colour' },
    });
    expect(await json('ssm', 'GetParameter', { Name: '/shop/colour:1' })).toMatchObject({
      Parameter: { Value: 'blue' },
    });
    const described = await json('ssm', 'DescribeParameters', {
      ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/shop'] }],
    });
    expect(described.Parameters).toMatchObject([{ Name: '/shop/colour', Version: 2 }]);
    expect(JSON.stringify(described)).not.toContain('green');
    expect(await json('ssm', 'DeleteParameter', { Name: '/shop/colour' })).toEqual({});
    expect(await json('ssm', 'GetParameter', { Name: '/shop/colour' })).toMatchObject({ code: 'ParameterNotFound' });
  });

  it('is found by its path', async () => {
    const { json } = await startCloud();
    for (const Name of ['/shop/a', '/shop/b/c', '/other']) await json('ssm', 'PutParameter', { ...parameter, Name });
    const names = async (Recursive: boolean) => {
      const found = await json('ssm', 'GetParametersByPath', { Path: '/shop', Recursive });
      return found.Parameters.map(({ Name }: { Name: string }) => Name);
    };
    expect(await names(false)).toEqual(['/shop/a']);
    expect(await names(true)).toEqual(['/shop/a', '/shop/b/c']);
  });

  it('that is secret shows its value to those only who ask to decrypt it and may use the key', async () => {
    const { json, roleKey } = await startCloud();
    await json('ssm', 'PutParameter', { ...parameter, Type: 'SecureString', Value: 'hunter2' });
    const get = (WithDecryption: boolean, key?: string) =>
      json('ssm', 'GetParameter', { Name: '/shop/colour', WithDecryption }, key);
    expect((await get(false)).Parameter.Value).not.toContain('hunter2');
    expect((await get(true)).Parameter.Value).toBe('hunter2');
    const mayRead = await roleKey({ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' });
    expect((await get(true, mayRead)).Parameter.Value).toBe('hunter2');
    const mayNothing = await roleKey({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
    expect(await get(true, mayNothing)).toMatchObject({ code: 'AccessDeniedException' });
  });

  it('has tags', async () => {
    const { json } = await startCloud();
    const resource = { ResourceType: 'Parameter', ResourceId: '/shop/colour' };
    await json('ssm', 'PutParameter', { ...parameter, Tags: [{ Key: 'team', Value: 'blue' }] });
    await json('ssm', 'AddTagsToResource', { ...resource, Tags: [{ Key: 'stage', Value: 'beta' }] });
    await json('ssm', 'RemoveTagsFromResource', { ...resource, TagKeys: ['team'] });
    expect(await json('ssm', 'ListTagsForResource', resource)).toEqual({ TagList: [{ Key: 'stage', Value: 'beta' }] });
  });
});

it.each([
  ['Name', 'shop/colour', 'ValidationException'],
  ['Name', '/shop/colour/', 'ValidationException'],
  ['Name', `/${'abcdefghijklmnop'.split('').join('/')}`, 'HierarchyLevelLimitExceededException'],
  ['DataType', 'number', 'ValidationException'],
  ['KeyId', 'alias/aws/ssm', 'ValidationException'],
])('a text with the %s %s is refused', async (member, value, code) => {
  const { json } = await startCloud();
  expect(await json('ssm', 'PutParameter', { ...parameter, [member]: value })).toMatchObject({ code });
  expect(await json('ssm', 'DescribeParameters')).toMatchObject({ Parameters: [] });
});

it('a parameter below a path is found by its type', async () => {
  const { json } = await startCloud();
  await json('ssm', 'PutParameter', parameter);
  await json('ssm', 'PutParameter', { Name: '/shop/key', Type: 'SecureString', Value: 'hunter2' });
  const find = (Path: string, ...ParameterFilters: readonly object[]) =>
    json('ssm', 'GetParametersByPath', { Path, ParameterFilters });
  const secret = { Key: 'Type', Values: ['SecureString'] };
  expect((await find('/shop', secret)).Parameters).toMatchObject([{ Name: '/shop/key' }]);
  expect(await find('/shop', secret, { Key: 'Label', Values: ['live'] })).toEqual({ Parameters: [] });
  expect(await find('/shop', { Key: 'Name', Values: ['/shop/key'] })).toMatchObject({ code: 'InvalidFilterKey' });
  expect(await find('shop')).toMatchObject({ code: 'ValidationException' });
});

it.each([
  ['2', 'Systems Manager could not find version 2 of /shop/colour. Verify the version and try again.'],
  ['live', 'Systems Manager could not find label live for parameter /shop/colour. Verify the label and try again.'],
])('a parameter has no version %s', async (selector, message) => {
  const { json } = await startCloud();
  await json('ssm', 'PutParameter', parameter);
  const Name = `${parameter.Name}:${selector}`;
  expect(await json('ssm', 'GetParameter', { Name })).toMatchObject({ code: 'ParameterVersionNotFound', message });
  expect(await json('ssm', 'GetParameters', { Names: [Name] })).toEqual({ Parameters: [], InvalidParameters: [Name] });
});

it('has the parameters of templates, to which dynamic references lead', async () => {
  const { cloud, json, notices } = await startCloud();
  const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', DependsOn: 'Name', Properties: { QueueName } });
  await cloud.deploy({
    assembly: assemblyFolder({
      Shop: {
        Resources: {
          Name: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/shop/queue', Type: 'String', Value: 'jobs' } },
          Queue: queue('{{resolve:ssm:/shop/queue}}'),
          Topic: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: '{{resolve:ssm:/shop/none}}' } },
        },
      },
    }),
  });
  expect(await json('sqs', 'GetQueueUrl', { QueueName: 'jobs' })).toHaveProperty('QueueUrl');
  expect(notices).toContainEqual(expect.stringContaining('no parameter /shop/none can be resolved here'));
});
