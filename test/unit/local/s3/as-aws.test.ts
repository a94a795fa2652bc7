import { createHmac } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const Bucket = 'as-aws';
const DAY_MS = 86_400_000;
let real = Date.UTC(2026, 0, 1);
let cloud: TestCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await createTestCloud((kernel) => createS3(kernel), createClock({ realNow: () => real }));
  s3 = new S3Client({ ...cloud.root, forcePathStyle: true, maxAttempts: 1 });
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

const put = (Key: string, Body = 'body') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const exists = (Key: string) =>
  s3.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );

describe('a deletion', () => {
  it.each(['"wrong"', 'wrong'])('is refused when the object has another ETag than %s', async (IfMatch) => {
    await put('guarded');
    const deletion = s3.send(new DeleteObjectCommand({ Bucket, Key: 'guarded', IfMatch }));
    await expect(deletion).rejects.toMatchObject({ name: 'PreconditionFailed', Condition: 'If-Match' });
    expect(await exists('guarded')).toBe(true);
  });

  it('goes ahead with the ETag, and with an asterisk', async () => {
    for (const condition of ['its own', '*']) {
      const { ETag } = await put('known');
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'known', IfMatch: condition === '*' ? '*' : ETag }));
      expect(await exists('known')).toBe(false);
    }
  });

  it.each([
    ['IfMatchSize', 4, 'x-amz-if-match-size'],
    ['IfMatchLastModifiedTime', new Date(0), 'x-amz-if-match-last-modified-time'],
  ])('takes no %s outside of directory buckets', async (name, value, Header) => {
    await put('guarded');
    const deletion = s3.send(new DeleteObjectCommand({ Bucket, Key: 'guarded', [name]: value }));
    await expect(deletion).rejects.toMatchObject({ name: 'NotImplemented', Header });
  });

  it('of many looks at the ETag of each', async () => {
    const { ETag } = await put('many-1');
    await put('many-2');
    const Objects = [
      { Key: 'many-1', ETag },
      { Key: 'many-2', ETag: '"wrong"' },
    ];
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toMatchObject([{ Key: 'many-1' }]);
    expect(Errors).toMatchObject([{ Key: 'many-2', Code: 'PreconditionFailed' }]);
    expect(await exists('many-2')).toBe(true);
  });
});

describe('a write', () => {
  it.each([
    [{ IfMatch: 'a', IfNoneMatch: '*' }, 'If-Match,If-None-Match'],
    [{ IfNoneMatch: 'a' }, 'If-None-Match'],
    [{ IfMatch: '*' }, 'If-Match'],
  ])('with the conditions %o is not implemented', async (conditions, Header) => {
    const write = s3.send(new PutObjectCommand({ Bucket, Key: 'written', Body: 'x', ...conditions }));
    await expect(write).rejects.toMatchObject({ name: 'NotImplemented', Header });
  });
});

describe('a part of an object', () => {
  it('is read by its number, and what is not there is refused', async () => {
    const Key = 'in-parts';
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const bodies = [Buffer.alloc(5 * 1024 * 1024, 1), Buffer.from('the end')];
    const Parts = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));

    const end = await s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
    expect(await end.Body?.transformToString()).toBe('the end');
    expect(end).toMatchObject({ PartsCount: 2, ContentRange: 'bytes 5242880-5242886/5242887' });
    expect(end.$metadata.httpStatusCode).toBe(206);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 1 }));
    expect(head).toMatchObject({ PartsCount: 2, ContentLength: 5_242_880 });
    await expect(s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 10 }))).rejects.toMatchObject({
      name: 'InvalidPartNumber',
      PartNumberRequested: '10',
      ActualPartCount: '2',
    });
    const both = new GetObjectCommand({ Bucket, Key, PartNumber: 1, Range: 'bytes=0-1' });
    await expect(s3.send(both)).rejects.toMatchObject({ name: 'InvalidRequest' });

    const copy = await s3.send(new CopyObjectCommand({ Bucket, Key: 'whole', CopySource: `${Bucket}/${Key}` }));
    expect(copy.CopyObjectResult?.ETag).toMatch(/^"[0-9a-f]{32}"$/);
  });

  it('is the whole of an object that was written at once', async () => {
    await put('at-once');
    const whole = await s3.send(new GetObjectCommand({ Bucket, Key: 'at-once', PartNumber: 1 }));
    expect(whole).toMatchObject({ ContentRange: 'bytes 0-3/4', ContentLength: 4 });
    expect(whole.PartsCount).toBeUndefined();
    const second = s3.send(new GetObjectCommand({ Bucket, Key: 'at-once', PartNumber: 2 }));
    await expect(second).rejects.toMatchObject({ name: 'InvalidPartNumber', ActualPartCount: '1' });
  });
});

describe('tags', () => {
  it.each([
    ['a comma in a key', 'Key1,Key2', 'x', 'The TagKey you have provided is invalid'],
    ['a comma in a value', 'Key1', 'a,b', 'The TagValue you have provided is invalid'],
    ['a sign', 'a&b', 'x', 'The TagKey you have provided is invalid'],
    ['an emoji', 'a', '😀', 'The TagValue you have provided is invalid'],
    ['a key of 129 characters', 'k'.repeat(129), 'x', 'The TagKey you have provided is invalid'],
    ['a value of 257 characters', 'k', 'v'.repeat(257), 'The TagValue you have provided is invalid'],
    ['a prefix of AWS', 'aws:k', 'v', 'Your TagKey cannot be prefixed with aws:'],
  ])('with %s are refused', async (_, Key, Value, message) => {
    await put('tagged');
    const tag = new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet: [{ Key, Value }] } });
    await expect(s3.send(tag)).rejects.toMatchObject({ name: 'InvalidTag', message });
  });

  it('of a bucket refuse the prefix of AWS in their own words', async () => {
    const TagSet = [{ Key: 'aws:k', Value: 'v' }];
    const tag = s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    await expect(tag).rejects.toMatchObject({ message: 'System tags cannot be added/updated by requester' });
  });

  it.each(['a=1&a=2', 'a=1,b=2'])('in a header must not be %s', async (Tagging) => {
    const write = s3.send(new PutObjectCommand({ Bucket, Key: 'tagged', Body: 'x', Tagging }));
    await expect(write).rejects.toMatchObject({ name: 'InvalidArgument', ArgumentName: 'x-amz-tagging' });
  });
});

describe('a presigned address', () => {
  const now = () => cloud.kernel.clock.now();
  const version2 = (expires: number) => {
    const text = `GET\n\n\n${expires}\n/${Bucket}/signed`;
    const Signature = createHmac('sha1', 'secret').update(text).digest('base64');
    return `?${new URLSearchParams({ AWSAccessKeyId: 'AKIADEVELOPER', Signature, Expires: String(expires) })}`;
  };
  const version4 = async (expiresIn: number, signingDate: Date) => {
    const { credentials, region, endpoint } = cloud.root;
    const signer = new SignatureV4({ credentials, region, service: 's3', sha256: Sha256, uriEscapePath: false });
    const { hostname, port } = new URL(endpoint);
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/',
      headers: { host: hostname },
    };
    const { query } = await signer.presign(request, { expiresIn, signingDate });
    return `?${new URLSearchParams(query as Record<string, string>)}`;
  };
  const get = async (query: string) => {
    const response = await fetch(`${cloud.root.endpoint}/${Bucket}/signed${query}`);
    return { status: response.status, text: await response.text() };
  };

  it('of Signature Version 2, the default of boto3 and the AWS CLI, opens the object until it expires', async () => {
    await put('signed');
    const query = version2(Math.floor(now() / 1000) + 60);
    expect(await get(query)).toEqual({ status: 200, text: 'body' });
    real += DAY_MS;
    const late = await get(query);
    expect(late.status).toBe(403);
    expect(late.text).toMatch(/<Code>AccessDenied<.*<Message>Request has expired<.*<Expires>.*<ServerTime>/s);
  });

  it('of Signature Version 4 opens the object until it expires', async () => {
    await put('signed');
    const query = await version4(60, new Date(now()));
    expect(await get(query)).toEqual({ status: 200, text: 'body' });
    real += DAY_MS;
    const late = await get(query);
    expect(late.status).toBe(403);
    expect(late.text).toMatch(/<Message>Request has expired<.*<X-Amz-Expires>60</s);
  });

  it.each([
    ['?AWSAccessKeyId=A&Expires=1', 403, 'AccessDenied', 'requires the Signature, Expires and AWSAccessKeyId'],
    ['?X-Amz-Algorithm=AWS4-HMAC-SHA256', 400, 'AuthorizationQueryParametersError', 'version 4 requires the X-Amz-Alg'],
  ])('that lacks parameters, %s, is refused', async (query, status, code, message) => {
    const answer = await get(query);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
    expect(answer.text).toContain(message);
  });
});

/** Presigning needs a hash of nothing that anybody verifies here. */
class Sha256 {
  update(): void {}
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(32));
  }
  reset(): void {}
}
