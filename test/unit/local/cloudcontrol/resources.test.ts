import { expect, it } from 'vitest';
import { startCloud } from './cloud-client.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const allowAll = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
const tags = [{ Key: 'team', Value: 'blue' }];
const queueArn = 'arn:aws:sqs:us-east-1:123456789012:jobs';

interface Case {
  readonly type: string;
  readonly desired: object;
  readonly patch: readonly object[];
  readonly updated: object;
  readonly gone?: string;
}

const cases: readonly Case[] = [
  {
    type: 'AWS::S3::Bucket',
    desired: { BucketName: 'shop-uploads', Tags: tags },
    patch: [
      { op: 'add', path: '/VersioningConfiguration', value: { Status: 'Enabled' } },
      { op: 'add', path: '/Tags/-', value: { Key: 'stage', Value: 'beta' } },
    ],
    updated: { VersioningConfiguration: { Status: 'Enabled' }, Tags: [...tags, { Key: 'stage', Value: 'beta' }] },
    gone: 'Bucket not found',
  },
  {
    type: 'AWS::SQS::Queue',
    desired: { QueueName: 'jobs', VisibilityTimeout: 60, Tags: tags },
    // The path without its slash is how AWS's own examples write it.
    patch: [
      { op: 'replace', path: 'VisibilityTimeout', value: 90 },
      { op: 'remove', path: '/Tags' },
    ],
    updated: { QueueName: 'jobs', VisibilityTimeout: 90, Arn: queueArn },
  },
  {
    type: 'AWS::DynamoDB::Table',
    desired: {
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    },
    patch: [{ op: 'add', path: '/TimeToLiveSpecification', value: { AttributeName: 'ttl', Enabled: true } }],
    updated: { TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true }, BillingMode: 'PAY_PER_REQUEST' },
  },
  {
    type: 'AWS::SecretsManager::Secret',
    desired: { Name: 'shop/key', GenerateSecretString: { PasswordLength: 20 } },
    patch: [{ op: 'add', path: '/Description', value: 'the key' }],
    updated: { Name: 'shop/key', Description: 'the key' },
  },
  {
    type: 'AWS::Logs::LogGroup',
    desired: { LogGroupName: '/shop/orders', RetentionInDays: 30 },
    patch: [{ op: 'replace', path: '/RetentionInDays', value: 90 }],
    updated: { RetentionInDays: 90 },
  },
  {
    type: 'AWS::Events::Rule',
    desired: {
      Name: 'orders',
      EventPattern: { source: ['shop'] },
      Targets: [{ Id: 'first', Arn: queueArn }],
    },
    patch: [{ op: 'replace', path: '/Targets', value: [{ Id: 'second', Arn: queueArn }] }],
    updated: { EventPattern: { source: ['shop'] }, Targets: [{ Id: 'second', Arn: queueArn }] },
  },
  {
    type: 'AWS::SSM::Parameter',
    desired: { Name: '/shop/colour', Type: 'String', Value: 'blue', Tags: { team: 'blue' } },
    patch: [{ op: 'replace', path: '/Value', value: 'green' }],
    updated: { Type: 'String', Value: 'green' },
  },
  {
    type: 'AWS::IAM::Role',
    desired: {
      RoleName: 'shop',
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: 'inline', PolicyDocument: allowAll }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    },
    patch: [
      { op: 'remove', path: '/Policies/0' },
      { op: 'replace', path: '/MaxSessionDuration', value: 7200 },
    ],
    updated: { MaxSessionDuration: 7200, AssumeRolePolicyDocument: trust },
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    desired: { ManagedPolicyName: 'shop', PolicyDocument: allowAll, Tags: tags },
    patch: [{ op: 'replace', path: '/PolicyDocument/Statement/0/Action', value: 'sqs:*' }],
    updated: { PolicyDocument: { ...allowAll, Statement: [{ ...allowAll.Statement[0], Action: 'sqs:*' }] } },
  },
  {
    type: 'AWS::SNS::Topic',
    desired: { TopicName: 'orders' },
    patch: [{ op: 'add', path: '/DisplayName', value: 'Orders' }],
    updated: { TopicName: 'orders', DisplayName: 'Orders' },
  },
];

it.each(cases)('creates, reads, lists, updates and deletes $type', async ({ type, desired, patch, updated, gone }) => {
  const { json, settled, properties } = await startCloud();
  const created = await settled(
    await json('cloudcontrol', 'CreateResource', { TypeName: type, DesiredState: JSON.stringify(desired) }),
  );
  expect(created.ProgressEvent).toMatchObject({ OperationStatus: 'SUCCESS', Operation: 'CREATE', TypeName: type });
  const { Identifier } = created.ProgressEvent;
  const { GenerateSecretString: _, Tags, ...readable } = desired as Record<string, unknown>;
  expect(await properties(type, Identifier)).toMatchObject(readable);
  const listed = await json('cloudcontrol', 'ListResources', { TypeName: type });
  expect(listed.ResourceDescriptions.map((entry: { Identifier: string }) => entry.Identifier)).toEqual([Identifier]);

  const PatchDocument = JSON.stringify(patch);
  const request = await json('cloudcontrol', 'UpdateResource', { TypeName: type, Identifier, PatchDocument });
  expect((await settled(request)).ProgressEvent).toMatchObject({ OperationStatus: 'SUCCESS', Operation: 'UPDATE' });
  expect(await properties(type, Identifier)).toMatchObject(updated);

  const deletion = await json('cloudcontrol', 'DeleteResource', { TypeName: type, Identifier });
  expect((await settled(deletion)).ProgressEvent).toMatchObject({ OperationStatus: 'SUCCESS', Operation: 'DELETE' });
  expect(await properties(type, Identifier)).toMatchObject({
    code: 'ResourceNotFoundException',
    message: expect.stringContaining(gone ?? `${type} Handler returned status FAILED`),
  });
});

it('makes resources that other clients see', async () => {
  const { json, settled, send } = await startCloud();
  const create = (TypeName: string, desired: object) =>
    json('cloudcontrol', 'CreateResource', { TypeName, DesiredState: JSON.stringify(desired) });
  await settled(await create('AWS::S3::Bucket', { BucketName: 'shop-uploads' }));
  await settled(await create('AWS::SQS::Queue', { QueueName: 'jobs' }));
  expect((await send('s3', '/shop-uploads', { method: 'HEAD' })).status).toBe(200);
  expect(await json('sqs', 'GetQueueUrl', { QueueName: 'jobs' })).toHaveProperty('QueueUrl');
  await json('sqs', 'DeleteQueue', await json('sqs', 'GetQueueUrl', { QueueName: 'jobs' }));
  expect(await json('cloudcontrol', 'ListResources', { TypeName: 'AWS::SQS::Queue' })).toMatchObject({
    ResourceDescriptions: [],
  });
});

it('says of a type that it does not simulate that its resource is a document', async () => {
  const { json, settled } = await startCloud();
  const DesiredState = JSON.stringify({ TopicName: 'orders' });
  const done = await settled(
    await json('cloudcontrol', 'CreateResource', { TypeName: 'AWS::SNS::Topic', DesiredState }),
  );
  expect(done.ProgressEvent.StatusMessage).toMatch('does not simulate AWS::SNS::Topic');
});

it('keeps properties that have no effect, and says so', async () => {
  const { json, settled, properties, notices } = await startCloud();
  const desired = { BucketName: 'shop-uploads', LifecycleConfiguration: { Rules: [{ Status: 'Enabled' }] } };
  await settled(
    await json('cloudcontrol', 'CreateResource', {
      TypeName: 'AWS::S3::Bucket',
      DesiredState: JSON.stringify(desired),
    }),
  );
  expect(await properties('AWS::S3::Bucket', 'shop-uploads')).toMatchObject(desired);
  expect(notices).toContainEqual(
    expect.stringContaining('LifecycleConfiguration of AWS::S3::Bucket shop-uploads is kept'),
  );
});

it('never gives a secret back', async () => {
  const { json, settled, properties } = await startCloud();
  const DesiredState = JSON.stringify({ Name: 'shop/key', SecretString: 'hunter2-hunter2' });
  const TypeName = 'AWS::SecretsManager::Secret';
  const { ProgressEvent } = await settled(await json('cloudcontrol', 'CreateResource', { TypeName, DesiredState }));
  expect(await properties(TypeName, ProgressEvent.Identifier)).not.toHaveProperty('SecretString');
  expect(await json('secretsmanager', 'GetSecretValue', { SecretId: 'shop/key' })).toMatchObject({
    SecretString: 'hunter2-hunter2',
  });
});
