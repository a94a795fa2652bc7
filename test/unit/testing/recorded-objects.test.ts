import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { operationMessage, type RecordingService, recordAnswers, workflowStepEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// What the handlers log would stand among the results.
beforeEach(() => void vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));
afterEach(() => void vi.unstubAllEnvs());

describe('a recording service', () => {
  let service: RecordingService;
  beforeEach(async () => {
    service = await recordAnswers();
  });
  afterEach(() => service.close());

  it('has S3, whose objects fit into events', async () => {
    const file = service.putObject('uploads', 'ada/a.txt', 'hello');
    expect(workflowStepEvent({ file }).fileLocation).toMatchObject({ bucket: 'uploads', key: 'ada/a.txt' });
    const IfMatch = `"${file.eTag}"`;
    const { Body } = await new S3Client().send(new GetObjectCommand({ Bucket: 'uploads', Key: 'ada/a.txt', IfMatch }));
    expect(await Body?.transformToString()).toBe('hello');
    service.putObject('uploads', 'ada/a.txt', 'hello again');
    expect(service.answers).toEqual([]);
  });

  it('lets the launch role of an operation be assumed, and make what it likes', async () => {
    const RoleArn = String(operationMessage().launchRoleArn);
    const { Credentials } = await new STSClient().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'engine' }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    await new S3Client({ credentials }).send(new CreateBucketCommand({ Bucket: 'a-product' }));
    const { Buckets } = await new S3Client().send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['a-product']);
  });
});
