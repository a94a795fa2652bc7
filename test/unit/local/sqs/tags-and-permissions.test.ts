import { expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

it('keeps the tags of a queue', async () => {
  const { json } = await startCloud();
  const { QueueUrl } = await json('sqs', 'CreateQueue', { QueueName: 'jobs', tags: { team: 'blue' } });
  await json('sqs', 'TagQueue', { QueueUrl, Tags: { stage: 'beta' } });
  expect(await json('sqs', 'ListQueueTags', { QueueUrl })).toEqual({ Tags: { team: 'blue', stage: 'beta' } });
  await json('sqs', 'UntagQueue', { QueueUrl, TagKeys: ['team', 'stage'] });
  expect(await json('sqs', 'ListQueueTags', { QueueUrl })).toEqual({});
});

it('adds statements to the policy of a queue, and removes them', async () => {
  const { json } = await startCloud();
  const { QueueUrl } = await json('sqs', 'CreateQueue', { QueueName: 'jobs' });
  const permission = { QueueUrl, Label: 'other', AWSAccountIds: ['111111111111'], Actions: ['SendMessage'] };
  await json('sqs', 'AddPermission', permission);
  expect(await json('sqs', 'AddPermission', permission)).toMatchObject({
    code: expect.stringContaining('InvalidParameterValue'),
    message: 'Value other for parameter Label is invalid. Reason: Already exists.',
  });
  const policy = async () =>
    (await json('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['Policy'] })).Attributes?.Policy;
  expect(JSON.parse(await policy())).toMatchObject({
    Statement: [{ Sid: 'other', Principal: { AWS: 'arn:aws:iam::111111111111:root' }, Action: 'SQS:SendMessage' }],
  });
  await json('sqs', 'RemovePermission', { QueueUrl, Label: 'other' });
  expect(await policy()).toBeUndefined();
  expect(await json('sqs', 'RemovePermission', { QueueUrl, Label: 'other' })).toMatchObject({
    message: "Value other for parameter Label is invalid. Reason: can't find label.",
  });
});
