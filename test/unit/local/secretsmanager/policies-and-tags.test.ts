import { expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';

const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' }];
const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });

async function withSecret() {
  const client = await startCloud();
  await client.json('secretsmanager', 'CreateSecret', { Name: 'shop', SecretString: 'one' });
  const call = (operation: string, input: object = {}, key?: string) =>
    client.json('secretsmanager', operation, { SecretId: 'shop', ...input }, key);
  return { ...client, call };
}

it('keeps a policy beside a secret, which grants until it is deleted', async () => {
  const { call, roleKey } = await withSecret();
  const key = await roleKey({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  expect(await call('GetResourcePolicy')).not.toHaveProperty('ResourcePolicy');
  await call('PutResourcePolicy', { ResourcePolicy });
  expect(await call('GetResourcePolicy')).toMatchObject({ Name: 'shop', ResourcePolicy });
  expect(await call('GetSecretValue', {}, key)).toMatchObject({ SecretString: 'one' });
  await call('DeleteResourcePolicy');
  expect(await call('GetSecretValue', {}, key)).toMatchObject({ code: 'AccessDeniedException' });
});

it('refuses a policy for everybody where that is blocked, and one that is not JSON', async () => {
  const { call } = await withSecret();
  expect(await call('PutResourcePolicy', { ResourcePolicy, BlockPublicPolicy: true })).toMatchObject({
    code: 'PublicPolicyException',
  });
  expect(await call('PutResourcePolicy', { ResourcePolicy: '{' })).toMatchObject({
    code: 'MalformedPolicyDocumentException',
  });
});

it('makes no secret that is to have replicas, since there would be none', async () => {
  const { json } = await startCloud();
  const secret = { Name: 'shop', SecretString: 'one', ClientRequestToken: 'a'.repeat(32) };
  const AddReplicaRegions = [{ Region: 'us-west-2' }];
  expect(await json('secretsmanager', 'CreateSecret', { ...secret, AddReplicaRegions })).toMatchObject({
    code: 'NotImplementedException',
    status: 501,
  });
  expect(await json('secretsmanager', 'ListSecrets')).toEqual({ SecretList: [] });
  expect(await json('secretsmanager', 'CreateSecret', secret)).toHaveProperty('ARN');
});

it('tags and untags a secret', async () => {
  const { call } = await withSecret();
  await call('TagResource', {
    Tags: [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ],
  });
  await call('TagResource', { Tags: [{ Key: 'a', Value: '3' }] });
  await call('UntagResource', { TagKeys: ['b'] });
  expect(await call('DescribeSecret')).toMatchObject({ Tags: [{ Key: 'a', Value: '3' }] });
});

it('refuses to tag a secret that is marked for deletion', async () => {
  const { call } = await withSecret();
  await call('DeleteSecret');
  expect(await call('TagResource', { Tags: [{ Key: 'a', Value: '1' }] })).toMatchObject({
    code: 'InvalidRequestException',
    message: "You can't perform this operation on the secret because it was marked for deletion.",
  });
});

it('lists versions and moves their labels', async () => {
  const { call } = await withSecret();
  const first = (await call('GetSecretValue')).VersionId;
  const second = (await call('PutSecretValue', { SecretString: 'two' })).VersionId;
  expect((await call('ListSecretVersionIds')).Versions).toMatchObject([
    { VersionId: first, VersionStages: ['AWSPREVIOUS'] },
    { VersionId: second, VersionStages: ['AWSCURRENT'] },
  ]);
  const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: first };
  expect(await call('UpdateSecretVersionStage', move)).toMatchObject({ code: 'InvalidParameterException' });
  await call('UpdateSecretVersionStage', { ...move, RemoveFromVersionId: second });
  expect(await call('GetSecretValue')).toMatchObject({ SecretString: 'one' });
});
