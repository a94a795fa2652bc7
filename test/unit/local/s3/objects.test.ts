import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const Bucket = 'artifacts';
let cloud: TestCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await createTestCloud((kernel) => createS3(kernel));
  s3 = new S3Client(cloud.root);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.close());

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('PutObject and GetObject', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'store the bytes of a body with a %s checksum unchanged',
    async (ChecksumAlgorithm) => {
      const Body = 'x'.repeat(12_000);
      const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'twelve', Body, ChecksumAlgorithm }));
      expect(put.ETag).toBe(`"${md5(Body)}"`);
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'twelve', ChecksumMode: 'ENABLED' }));
      expect(await got.Body?.transformToString()).toBe(Body);
      expect(got.ContentLength).toBe(12_000);
      expect(got[`Checksum${ChecksumAlgorithm}`]).toBeTruthy();
    },
  );

  it('keep keys with dots, spaces, plus signs and astral characters apart', async () => {
    for (const Key of ['a/../b', 'b', 'with space', 'with+plus', '100%', 'ü/𝄞', 'double//slash']) {
      await s3.send(new PutObjectCommand({ Bucket, Key: `odd/${Key}`, Body: Key }));
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: `odd/${Key}` }));
      expect(await got.Body?.transformToString()).toBe(Key);
    }
    const list = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'odd/' }));
    expect(list.KeyCount).toBe(7);
    const encoded = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'odd/', EncodingType: 'url' }));
    expect(encoded.Contents?.map(({ Key }) => decodeURIComponent(Key ?? ''))).toEqual(
      list.Contents?.map((entry) => entry.Key),
    );
  });

  it('give metadata, system headers and encryption back', async () => {
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'described',
        Body: 'text',
        ContentType: 'text/plain',
        CacheControl: 'no-cache',
        Metadata: { origin: 'test' },
        Tagging: 'stage=gate',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: 'abc',
      }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'described' }));
    expect(head).toMatchObject({
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { origin: 'test' },
      ContentLength: 4,
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/abc',
    });
    expect(head.ContentEncoding).toBeUndefined();
  });

  it('serve ranges, and refuse one outside the object', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }));
    const get = (Range: string) => s3.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));
    for (const [range, text] of [
      ['bytes=2-4', '234'],
      ['bytes=7-', '789'],
      ['bytes=-2', '89'],
      ['bytes=8-100', '89'],
    ] as const) {
      const part = await get(range);
      expect(await part.Body?.transformToString()).toBe(text);
      expect(part.ContentRange).toMatch(/\/10$/);
    }
    await expect(get('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
  });

  it('answer conditional reads', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'conditional', Body: 'one' }));
    const get = (conditions: { IfMatch?: string; IfNoneMatch?: string }) =>
      s3.send(new GetObjectCommand({ Bucket, Key: 'conditional', ...conditions }));
    await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(get({ IfNoneMatch: ETag ?? '' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    expect(await (await get({ IfMatch: ETag ?? '' })).Body?.transformToString()).toBe('one');
  });

  it('let one of many concurrent writers create a key', async () => {
    const puts = Array.from({ length: 20 }, (_, n) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'lock', Body: `writer ${n}`, IfNoneMatch: '*' })),
    );
    const results = await Promise.allSettled(puts);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(19);
    for (const { reason } of refused) expect(reason.$metadata.httpStatusCode).toBe(412);
  });

  it('refuse a body that does not match its checksum', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'broken', Body: 'text', ChecksumCRC32: 'AAAAAA==' });
    await expect(s3.send(put)).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'broken' }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('tell watchers of each new object', async () => {
    const created: string[] = [];
    const stop = cloud.kernel.events.on('objectCreated', ({ bucket, key, size }) =>
      created.push(`${bucket}/${key} ${size}`),
    );
    await s3.send(new PutObjectCommand({ Bucket, Key: 'watched', Body: 'four' }));
    stop();
    expect(created).toEqual(['artifacts/watched 4']);
  });
});

describe('the aws-chunked framing', () => {
  async function put(body: string, headers: Record<string, string>): Promise<Response> {
    return fetch(`${cloud.root.endpoint}/${Bucket}/framed`, {
      method: 'PUT',
      body,
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=developer/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0',
        'content-encoding': 'aws-chunked,gzip',
        ...headers,
      },
    });
  }

  it('is taken off signed chunks', async () => {
    const signature = `chunk-signature=${'0'.repeat(64)}`;
    const response = await put(`3;${signature}\r\nabc\r\n2;${signature}\r\nde\r\n0;${signature}\r\n\r\n`, {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '5',
    });
    expect(response.status).toBe(200);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'framed' }));
    expect(await got.Body?.transformToString()).toBe('abcde');
    expect(got.ContentEncoding).toBe('gzip');
  });

  it.each([
    ['a trailing checksum that is wrong', '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', '3', 'BadDigest'],
    ['a body that ends early', '3\r\nab', '3', 'IncompleteBody'],
    ['a length that was declared otherwise', '3\r\nabc\r\n0\r\n\r\n', '4', 'IncompleteBody'],
    ['a size that is no number', 'xyz\r\nabc\r\n0\r\n\r\n', '3', 'IncompleteBody'],
  ])('refuses %s', async (_, body, length, code) => {
    const response = await put(body, {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-trailer': 'x-amz-checksum-crc32',
      'x-amz-decoded-content-length': length,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });
});

describe('CopyObject, tags and deletion', () => {
  it('copies bytes, metadata and tags, or replaces what it is told to', async () => {
    await s3.send(
      new PutObjectCommand({ Bucket, Key: 'from here', Body: 'copied', Metadata: { a: '1' }, Tagging: 'kept=yes' }),
    );
    const CopySource = `${Bucket}/from%20here`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));
    await s3.send(
      new CopyObjectCommand({ Bucket, Key: 'other', CopySource, MetadataDirective: 'REPLACE', Metadata: { b: '2' } }),
    );
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'from here' }));
    const copy = await s3.send(new GetObjectCommand({ Bucket, Key: 'copy' }));
    expect(await copy.Body?.transformToString()).toBe('copied');
    expect(copy.Metadata).toEqual({ a: '1' });
    expect(copy.TagCount).toBe(1);
    const other = await s3.send(new HeadObjectCommand({ Bucket, Key: 'other' }));
    expect(other.Metadata).toEqual({ b: '2' });
  });

  it('refuses a copy of an object onto itself that changes nothing', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'self', Body: 'x' }));
    const copy = new CopyObjectCommand({ Bucket, Key: 'self', CopySource: `${Bucket}/self` });
    await expect(s3.send(copy)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it('replaces tags', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'tagged', Body: 'x', Tagging: 'a=1&b=2' }));
    const TagSet = [{ Key: 'c d/ü', Value: 'a+b=c@d' }];
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }));
    const got = await s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }));
    expect(got.TagSet).toEqual(TagSet);
  });

  it('deletes many keys, absent ones included', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
    const Objects = [{ Key: 'gone' }, { Key: 'never was' }];
    const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(deleted.Deleted?.map(({ Key }) => Key)).toEqual(['gone', 'never was']);
    expect(deleted.Errors).toBeUndefined();
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'gone' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});
