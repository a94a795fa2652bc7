import { changeSetHookEvent, lambdaContext, resourceHookEvent, stackHookEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler } from '../../../handlers/resource-hook.ts';

// What the handlers log would stand among the results.
beforeEach(() => void vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));
afterEach(() => void vi.unstubAllEnvs());

const PRIVATE = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};
const ENCRYPTED = {
  ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
};
const everybody = (Principal: unknown, more: object = {}) => ({
  Statement: [{ Effect: 'Allow', Principal, Action: '*', Resource: '*', ...more }],
});

/** The rules that a resource comes to, by status. */
async function found(type: string, after: object) {
  const response = await handler(resourceHookEvent({ type, after, logicalId: 'It' }), lambdaContext());
  const named = (status: string) =>
    (response.annotations ?? []).filter((one) => one.status === status).map((one) => one.annotationName);
  return {
    hookStatus: response.hookStatus,
    FAILED: named('FAILED'),
    PASSED: named('PASSED'),
    SKIPPED: named('SKIPPED'),
  };
}

describe('the example hook', () => {
  it.each([
    ['AWS::S3::Bucket', {}, 'FAILED', ['s3-bucket-private', 's3-bucket-encrypted']],
    ['AWS::S3::Bucket', { BucketEncryption: ENCRYPTED, PublicAccessBlockConfiguration: PRIVATE }, 'SUCCESS', []],
    [
      'AWS::S3::Bucket',
      { BucketEncryption: ENCRYPTED, PublicAccessBlockConfiguration: { ...PRIVATE, IgnorePublicAcls: false } },
      'FAILED',
      ['s3-bucket-private'],
    ],
    ['AWS::S3::BucketPolicy', { PolicyDocument: everybody('*') }, 'FAILED', ['s3-bucket-policy-private']],
    ['AWS::S3::BucketPolicy', { PolicyDocument: everybody({ AWS: '123456789012' }) }, 'SUCCESS', []],
    ['AWS::SQS::Queue', {}, 'SUCCESS', []],
    ['AWS::SQS::Queue', { SqsManagedSseEnabled: false }, 'FAILED', ['sqs-queue-encrypted']],
    ['AWS::SQS::Queue', { SqsManagedSseEnabled: false, KmsMasterKeyId: 'alias/queues' }, 'SUCCESS', []],
    ['AWS::SQS::QueuePolicy', { PolicyDocument: everybody({ AWS: ['*'] }) }, 'FAILED', ['sqs-queue-policy-private']],
    [
      'AWS::SQS::QueuePolicy',
      { PolicyDocument: everybody('*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }) },
      'SUCCESS',
      [],
    ],
    ['AWS::DynamoDB::Table', {}, 'SUCCESS', ['dynamodb-table-own-key']],
    ['AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true } }, 'SUCCESS', []],
    [
      'AWS::DynamoDB::Table',
      { SSESpecification: { SSEEnabled: true }, ResourcePolicy: { PolicyDocument: everybody('*') } },
      'FAILED',
      ['dynamodb-table-private'],
    ],
    ['AWS::Logs::LogGroup', {}, 'SUCCESS', ['log-group-own-key']],
    ['AWS::Logs::LogGroup', { KmsKeyId: 'arn:aws:kms:x' }, 'SUCCESS', []],
    ['AWS::Logs::ResourcePolicy', { PolicyDocument: JSON.stringify(everybody('*')) }, 'FAILED', ['log-policy-private']],
    ['AWS::Logs::ResourcePolicy', { PolicyDocument: 'damaged' }, 'FAILED', ['log-policy-private']],
    ['AWS::SNS::Topic', {}, 'SUCCESS', []],
  ])('finds of a %s with %j', async (type, after, hookStatus, FAILED) => {
    expect(await found(type, after)).toMatchObject({ hookStatus, FAILED });
  });

  it('tells what is wrong, with which resource, and what to do', async () => {
    const { message, annotations } = await handler(resourceHookEvent({ logicalId: 'Uploads' }), lambdaContext());
    expect(message).toMatch(/^s3-bucket-private: Uploads does not block public access; Set all four members/);
    expect(annotations?.[0]).toEqual({
      annotationName: 's3-bucket-private',
      status: 'FAILED',
      severityLevel: 'HIGH',
      statusMessage: 'Uploads does not block public access',
      remediationMessage: expect.stringContaining('PublicAccessBlockConfiguration'),
      remediationLink: expect.stringContaining('https://docs.aws.amazon.com/AmazonS3/'),
    });
  });

  it('has nothing against what is deleted', async () => {
    const event = resourceHookEvent({ action: 'DELETE', before: { BucketName: 'x' } });
    expect(await handler(event, lambdaContext())).toMatchObject({ hookStatus: 'SUCCESS' });
  });

  it('looks at every resource of a template, and leaves open what nobody knows yet', async () => {
    const template = `
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { SqsManagedSseEnabled: "false" }
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { KmsKeyId: !GetAtt Key.Arn }
`;
    const { hookStatus, annotations } = await handler(stackHookEvent({ template }), lambdaContext());
    expect({ hookStatus, annotations }).toMatchObject({
      hookStatus: 'FAILED',
      annotations: [
        { annotationName: 'sqs-queue-encrypted', status: 'FAILED', statusMessage: 'Queue switches encryption off' },
        { annotationName: 'log-group-own-key', status: 'SKIPPED' },
      ],
    });
  });

  it('looks at the resources of a change set, whose booleans are texts', async () => {
    const change = { logicalId: 'Table', type: 'AWS::DynamoDB::Table', action: 'UPDATE' } as const;
    const after = { Properties: { SSESpecification: { SSEEnabled: 'true' } } };
    const { annotations } = await handler(changeSetHookEvent({ changes: [{ ...change, after }] }), lambdaContext());
    expect(annotations?.map(({ status }) => status)).toEqual(['PASSED', 'PASSED']);
  });
});
