import { readFileSync } from 'node:fs';
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/own';
const keyUses: string[] = [];
let keysRefuse = false;
let cloud: TestCloud;
let service: ReturnType<typeof createS3>;
let Bucket: string;
let root: S3Client;

beforeAll(async () => {
  cloud = await createTestCloud((kernel) => {
    service = createS3(kernel, {
      keys: {
        authorizeUse(principal, keyId, action, context) {
          keyUses.push(`${action} ${keyId} ${String(context['kms:ViaService'])}`);
          if (!keysRefuse) return;
          throw new AwsError('AccessDeniedException', `User: ${principal.arn} is not authorized to perform: ${action}`);
        },
      },
    });
    return service;
  });
  root = new S3Client(cloud.root);
  const declare = (type: string, logicalId: string, properties: Record<string, unknown>) =>
    service.resources?.[type]?.({ type, logicalId, stackName: 'Pipeline', properties, assemblyDir: '' });
  const created = await declare('AWS::S3::Bucket', 'Artifacts', {
    VersioningConfiguration: { Status: 'Enabled' },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY }, BucketKeyEnabled: true },
      ],
    },
  });
  Bucket = created?.ref ?? '';
  expect(Bucket).toMatch(/^pipeline-artifacts-[0-9a-z]+$/);
  expect(created?.attributes?.Arn).toBe(`arn:aws:s3:::${Bucket}`);
  const elsewhere = `arn:aws:s3:::${Bucket}/elsewhere`;
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: elsewhere }];
  await declare('AWS::S3::BucketPolicy', 'Policy', { Bucket, PolicyDocument: { Statement } });
});
afterAll(() => cloud.close());

const arn = (key: string) => `arn:aws:s3:::${Bucket}/${key}`;
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

describe('permissions', () => {
  it('are asked for by their IAM names, with the policy of the bucket', async () => {
    const writer = new S3Client(cloud.as(`s3:PutObject ${arn('in/')}`));
    await writer.send(new PutObjectCommand({ Bucket, Key: 'in/a', Body: 'x', ServerSideEncryption: 'AES256' }));
    expect(cloud.questions.at(-1)).toMatchObject({
      action: 's3:PutObject',
      resource: arn('in/a'),
      policies: 1,
      context: { 's3:x-amz-server-side-encryption': 'AES256', 'aws:SecureTransport': 'true' },
    });
    const elsewhere = writer.send(new PutObjectCommand({ Bucket, Key: 'out/a', Body: 'x' }));
    await expect(elsewhere).rejects.toMatchObject(denied);
    await expect(elsewhere).rejects.toThrow(`s3:PutObject on resource: ${arn('out/a')}`);
    await expect(writer.send(new GetObjectCommand({ Bucket, Key: 'in/a' }))).rejects.toMatchObject(denied);
    await expect(writer.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied);
    await expect(writer.send(new DeleteObjectCommand({ Bucket, Key: 'in/a' }))).rejects.toMatchObject(denied);
    const tagged = new PutObjectCommand({ Bucket, Key: 'in/b', Body: 'x', Tagging: 'a=b' });
    await expect(writer.send(tagged)).rejects.toThrow('s3:PutObjectTagging');
  });

  it.each([
    ['an ACL', { ACL: 'bucket-owner-full-control' }, 's3:PutObjectAcl'],
    ['a grant', { GrantRead: 'id="1"' }, 's3:PutObjectAcl'],
    ['a retention', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(0) }, 's3:PutObjectRetention'],
    ['a legal hold', { ObjectLockLegalHoldStatus: 'ON' }, 's3:PutObjectLegalHold'],
    ['the ETag of what is there', { IfMatch: '"0"' }, 's3:GetObject'],
  ] as const)('to write do not suffice to write with %s', async (_what, more, action) => {
    await root.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'x' }));
    const writer = new S3Client(cloud.as(`s3:PutObject ${arn('in/')}`, `s3:GetObject ${arn('source')}`));
    const object = { Bucket, Key: 'in/guarded', ...more };
    const put = writer.send(new PutObjectCommand({ ...object, Body: 'x' }));
    await expect(put).rejects.toThrow(`${action} on resource: ${arn('in/guarded')}`);
    const copy = writer.send(new CopyObjectCommand({ ...object, CopySource: `${Bucket}/source` }));
    await expect(copy).rejects.toThrow(`${action} on resource: ${arn('in/guarded')}`);
  });

  it('for a listing know what the request names, and nothing else', async () => {
    await root.send(new ListObjectsV2Command({ Bucket }));
    const keys = ['s3:prefix', 's3:delimiter', 's3:max-keys'];
    const valuesOf = () => keys.map((key) => cloud.questions.at(-1)?.context[key]);
    expect(valuesOf()).toEqual([undefined, undefined, undefined]);
    await root.send(new ListObjectsV2Command({ Bucket, Prefix: '', Delimiter: '/', MaxKeys: 7 }));
    expect(valuesOf()).toEqual(['', '/', '7']);
  });

  it('hide absent objects from those who may not list the bucket', async () => {
    const reader = new S3Client(cloud.as(`s3:GetObject ${arn('')}`));
    const lister = new S3Client(cloud.as(`s3:GetObject ${arn('')}`, `s3:ListBucket arn:aws:s3:::${Bucket}`));
    const get = new GetObjectCommand({ Bucket, Key: 'absent' });
    await expect(reader.send(get)).rejects.toMatchObject(denied);
    await expect(lister.send(get)).rejects.toMatchObject({ name: 'NoSuchKey' });
    const head = new HeadObjectCommand({ Bucket, Key: 'absent' });
    await expect(reader.send(head)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it('differ for a version that is named', async () => {
    const { VersionId } = await root.send(new PutObjectCommand({ Bucket, Key: 'v', Body: 'x', Tagging: 'team=ops' }));
    const reader = new S3Client(cloud.as(`s3:GetObject ${arn('v')}`));
    await reader.send(new GetObjectCommand({ Bucket, Key: 'v' }));
    expect(cloud.questions.at(-1)?.context).toMatchObject({ 's3:ExistingObjectTag/team': 'ops' });
    const named = reader.send(new GetObjectCommand({ Bucket, Key: 'v', VersionId }));
    await expect(named).rejects.toThrow('s3:GetObjectVersion');
  });

  it('for a copy are those on the source and on the target', async () => {
    await root.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'x' }));
    const copy = new CopyObjectCommand({ Bucket, Key: 'target', CopySource: `${Bucket}/source` });
    const onlySource = new S3Client(cloud.as(`s3:GetObject ${arn('source')}`));
    await expect(onlySource.send(copy)).rejects.toThrow('s3:PutObject');
    const onlyTarget = new S3Client(cloud.as(`s3:PutObject ${arn('target')}`));
    await expect(onlyTarget.send(copy)).rejects.toThrow('s3:GetObject');
  });
});

describe('keys', () => {
  it('of a bucket are used by default, asked for at each use, and told', async () => {
    keyUses.length = 0;
    const put = await root.send(new PutObjectCommand({ Bucket, Key: 'secret', Body: 'x' }));
    expect(put).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY, BucketKeyEnabled: true });
    await root.send(new GetObjectCommand({ Bucket, Key: 'secret' }));
    await root.send(new CreateMultipartUploadCommand({ Bucket, Key: 'secret' }));
    const via = 's3.eu-central-1.amazonaws.com';
    expect(keyUses).toEqual([
      `kms:GenerateDataKey ${KEY} ${via}`,
      `kms:Decrypt ${KEY} ${via}`,
      `kms:GenerateDataKey ${KEY} ${via}`,
      `kms:Decrypt ${KEY} ${via}`,
    ]);
    const { ServerSideEncryptionConfiguration } = await root.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
      SSEAlgorithm: 'aws:kms',
      KMSMasterKeyID: KEY,
    });
  });

  it('that refuse make reads and writes fail, those that AWS manages never do', async () => {
    keysRefuse = true;
    const put = root.send(new PutObjectCommand({ Bucket, Key: 'locked', Body: 'x' }));
    await expect(put).rejects.toMatchObject(denied);
    await expect(put).rejects.toThrow('kms:GenerateDataKey');
    await expect(root.send(new GetObjectCommand({ Bucket, Key: 'secret' }))).rejects.toThrow('kms:Decrypt');
    await root.send(new PutObjectCommand({ Bucket, Key: 'managed', Body: 'x', ServerSideEncryption: 'aws:kms' }));
    await root.send(new GetObjectCommand({ Bucket, Key: 'managed' }));
    keysRefuse = false;
  });
});

describe('the object port', () => {
  it('writes, reads, tags and deletes for a principal that may', () => {
    const principal = cloud.principal(
      ...['s3:PutObject', 's3:GetObject', 's3:PutObjectTagging', 's3:DeleteObject'].map(
        (name) => `${name} ${arn('p')}`,
      ),
    );
    const created: string[] = [];
    const stop = cloud.kernel.events.on('objectCreated', (event) => created.push(`${event.key} ${event.principal}`));
    const put = service.put(principal, Bucket, 'p', Buffer.from('bytes'), {
      contentType: 'text/plain',
      tags: { a: '1' },
    });
    stop();
    expect(created).toEqual([`p ${principal.arn}`]);
    expect(put).toMatchObject({ size: 5, kmsKeyId: KEY, serverSideEncryption: 'aws:kms', tags: { a: '1' } });
    service.tag(principal, Bucket, 'p', { b: '2' });
    const got = service.get(principal, Bucket, 'p');
    expect(got).toMatchObject({ versionId: put.versionId, tags: { b: '2' } });
    expect(readFileSync(got.file, 'utf8')).toBe('bytes');
    service.delete(principal, Bucket, 'p');
    expect(() => service.get(cloud.principal(), Bucket, 'p')).toThrow('s3:GetObject');
  });
});
