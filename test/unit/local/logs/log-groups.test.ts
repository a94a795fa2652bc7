import { expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';
import { assemblyFolder } from '../template/assembly-folder.ts';

const arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/shop';

it('creates, reads, changes, tags and deletes a log group', async () => {
  const { json } = await startCloud();
  expect(await json('logs', 'CreateLogGroup', { logGroupName: '/shop', tags: { team: 'blue' } })).toEqual({});
  await json('logs', 'PutRetentionPolicy', { logGroupName: '/shop', retentionInDays: 14 });
  await json('logs', 'TagResource', { resourceArn: arn, tags: { stage: 'beta' } });
  await json('logs', 'UntagResource', { resourceArn: arn, tagKeys: ['team'] });
  expect(await json('logs', 'DescribeLogGroups', { logGroupNamePrefix: '/sh' })).toMatchObject({
    logGroups: [{ logGroupName: '/shop', retentionInDays: 14, arn: `${arn}:*`, logGroupArn: arn }],
  });
  expect(await json('logs', 'ListTagsForResource', { resourceArn: arn })).toEqual({ tags: { stage: 'beta' } });
  await json('logs', 'DeleteLogGroup', { logGroupName: '/shop' });
  expect(await json('logs', 'DescribeLogGroups', {})).toEqual({ logGroups: [] });
});

it.each([
  ['CreateLogGroup', { logGroupName: '/shop' }, 'ResourceAlreadyExistsException'],
  ['CreateLogGroup', { logGroupName: 'no good' }, 'InvalidParameterException'],
  ['DeleteLogGroup', { logGroupName: '/none' }, 'ResourceNotFoundException'],
  ['PutRetentionPolicy', { logGroupName: '/shop', retentionInDays: 2 }, 'InvalidParameterException'],
  ['ListTagsForResource', { resourceArn: `${arn}/none` }, 'ResourceNotFoundException'],
  ['UntagResource', { resourceArn: `${arn}:*`, tagKeys: ['team'] }, 'InvalidParameterException'],
  ['CreateLogGroup', { logGroupName: 'aws/lambda' }, 'InvalidParameterException'],
  ['DescribeLogGroups', { logGroupNamePrefix: '/shop', logGroupNamePattern: 'shop' }, 'InvalidParameterException'],
])('%s with %j is %s', async (operation, input, code) => {
  const { json } = await startCloud();
  await json('logs', 'CreateLogGroup', { logGroupName: '/shop' });
  expect(await json('logs', operation, input)).toMatchObject({ code, status: 400 });
});

it('has the log groups of templates', async () => {
  const { cloud, json } = await startCloud();
  const Properties = { LogGroupName: '/shop', RetentionInDays: 30 };
  await cloud.deploy({
    assembly: assemblyFolder({ Shop: { Resources: { Logs: { Type: 'AWS::Logs::LogGroup', Properties } } } }),
  });
  expect(await json('logs', 'DescribeLogGroups', {})).toMatchObject({
    logGroups: [{ logGroupName: '/shop', retentionInDays: 30 }],
  });
});
