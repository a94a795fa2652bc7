import { expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

const arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/shop';
const entries = (count: number) => Array.from({ length: count }, (_, index) => `/p${index}`);

it.each([
  ['ssm', 'PutParameter', { Name: 5, Type: 'String', Value: 'x' }],
  ['ssm', 'PutParameter', { Name: '/a', Type: 'String', Value: 5 }],
  ['ssm', 'GetParameters', { Names: '/a' }],
  ['ssm', 'DescribeParameters', { ParameterFilters: { Key: 'Name' } }],
  ['logs', 'CreateLogGroup', { logGroupName: 5 }],
  ['logs', 'CreateLogGroup', { logGroupName: '/shop', tags: ['team'] }],
  ['logs', 'TagResource', { resourceArn: arn, tags: { team: 5 } }],
  ['events', 'PutRule', { Name: 5, ScheduleExpression: 'rate(1 day)' }],
  ['events', 'PutTargets', { Rule: 'nightly', Targets: 'all' }],
  ['events', 'PutEvents', { Entries: { Source: 'shop' } }],
  ['events', 'ListRules', { Limit: 'all' }],
] as const)('%s %s: a member of the wrong type in %j is SerializationException', async (service, operation, input) => {
  const { json, notices } = await startCloud();
  expect(await json(service, operation, input)).toMatchObject({ code: 'SerializationException', status: 400 });
  expect(notices).toEqual([]);
});

it.each([
  ['ssm', 'PutParameter', { Type: 'String', Value: 'x' }, "Value null at 'name'"],
  ['ssm', 'PutParameter', { Name: '/a', Type: 'String' }, "Value null at 'value'"],
  ['ssm', 'PutParameter', { Name: '/a', Type: 'Text', Value: 'x' }, "Value 'Text' at 'type'"],
  ['ssm', 'GetParameters', { Names: entries(11) }, "Value at 'names'"],
  ['ssm', 'GetParametersByPath', { Path: '/', MaxResults: 11 }, "Value '11' at 'maxResults'"],
  ['ssm', 'DescribeParameters', { MaxResults: 51 }, "Value '51' at 'maxResults'"],
  ['logs', 'DescribeLogGroups', { limit: 51 }, "Value '51' at 'limit'"],
  ['logs', 'CreateLogGroup', { logGroupName: '/a', logGroupClass: 'CHEAP' }, "Value 'CHEAP' at 'logGroupClass'"],
  ['events', 'ListRules', { Limit: 101 }, "Value '101' at 'limit'"],
  ['events', 'PutRule', { ScheduleExpression: 'rate(1 day)' }, "Value null at 'name'"],
] as const)('%s %s: %j breaks a limit of the API', async (service, operation, input, finding) => {
  const { json } = await startCloud();
  expect(await json(service, operation, input)).toMatchObject({
    code: service === 'logs' ? 'InvalidParameterException' : 'ValidationException',
    message: expect.stringContaining(`1 validation error detected: ${finding} failed to satisfy constraint`),
  });
});
