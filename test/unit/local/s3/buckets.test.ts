import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const MEBIBYTE = 1024 ** 2;
let cloud: TestCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await createTestCloud((kernel) => createS3(kernel));
  s3 = new S3Client(cloud.root);
});
afterAll(() => cloud.close());

async function bucket(Bucket: string): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

describe('buckets', () => {
  it('are made, found, listed and removed', async () => {
    const Bucket = await bucket('short-lived');
    await s3.send(new HeadBucketCommand({ Bucket }));
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe('eu-central-1');
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    await expect(bucket(Bucket)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('have a set of tags, or none', async () => {
    const Bucket = await bucket('tagged');
    const tagsOf = async () => (await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet;
    await expect(tagsOf()).rejects.toMatchObject({ name: 'NoSuchTagSet', $metadata: { httpStatusCode: 404 } });
    const TagSet = Array.from({ length: 50 }, (_, index) => ({ Key: `key ${index}`, Value: String(index) }));
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    expect(await tagsOf()).toEqual(TagSet);
    const tooMany = { TagSet: [...TagSet, { Key: 'one more', Value: '' }] };
    await expect(s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: tooMany }))).rejects.toThrow(/greater than 50/);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    await expect(tagsOf()).rejects.toMatchObject({ name: 'NoSuchTagSet' });
  });

  it.each(['UPPER', 'a', 'with_underscore', '192.168.0.1', 'x'.repeat(64)])('are not made as %s', async (name) => {
    await expect(bucket(name)).rejects.toMatchObject({ name: 'InvalidBucketName' });
  });
});

describe('listings', () => {
  it('roll keys up at a delimiter and go on where a page ended', async () => {
    const Bucket = await bucket('listed');
    for (const Key of ['a/1', 'a/2', 'b', 'c/d/e', 'z'])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const seen: string[] = [];
    let ContinuationToken: string | undefined;
    let pages = 0;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket,
          Delimiter: '/',
          MaxKeys: 2,
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        }),
      );
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
      ContinuationToken = page.NextContinuationToken;
      pages++;
    } while (ContinuationToken !== undefined);
    expect(pages).toBe(2);
    expect(seen.sort()).toEqual(['a/', 'b', 'c/', 'z']);
    const old = await s3.send(new ListObjectsCommand({ Bucket, Prefix: 'a/', Marker: 'a/1' }));
    expect(old.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([['a/2', 3]]);
    const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'b' }));
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['c/d/e', 'z']);
  });
});

describe('versioning', () => {
  it('keeps each version until it is deleted by its id', async () => {
    const Bucket = await bucket('versioned');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'before' }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const first = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'first' }));
    const second = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'second' }));
    expect(first.VersionId).not.toBe(second.VersionId);
    const text = async (VersionId?: string) => {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'k', ...(VersionId ? { VersionId } : {}) }));
      return got.Body?.transformToString();
    };
    expect([await text(), await text(first.VersionId), await text('null')]).toEqual(['second', 'first', 'before']);

    const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    expect(deleted.DeleteMarker).toBe(true);
    await expect(text()).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(text(deleted.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second.VersionId, false],
      [first.VersionId, false],
      ['null', false],
    ]);
    expect(listed.DeleteMarkers).toMatchObject([{ VersionId: deleted.VersionId, IsLatest: true }]);
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2 }));
    const rest = await s3.send(
      new ListObjectVersionsCommand({
        Bucket,
        KeyMarker: page.NextKeyMarker,
        VersionIdMarker: page.NextVersionIdMarker,
      }),
    );
    expect(rest.Versions?.map(({ VersionId }) => VersionId)).toEqual([first.VersionId, 'null']);

    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: deleted.VersionId }));
    expect(await text()).toBe('second');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: second.VersionId }));
    expect(await text()).toBe('first');
    await expect(text('a'.repeat(32))).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });
});

describe('multipart uploads', () => {
  async function start(Bucket: string, Key: string, bodies: (string | Buffer)[]) {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, Metadata: { made: 'in parts' }, ChecksumAlgorithm: 'CRC32' }),
    );
    const Parts: CompletedPart[] = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const part = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 });
    }
    return { Bucket, Key, UploadId, MultipartUpload: { Parts } };
  }

  it('join their parts, copied ones included', async () => {
    const Bucket = await bucket('multipart');
    const big = Buffer.alloc(5 * MEBIBYTE, 'a');
    await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const upload = await start(Bucket, 'joined', [big, 'the end']);
    const copied = await s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key: 'joined',
        UploadId: upload.UploadId,
        PartNumber: 3,
        CopySource: `${Bucket}/source`,
        CopySourceRange: 'bytes=2-4',
      }),
    );
    // The second part may not stand in the middle: it is too small.
    const [first] = upload.MultipartUpload.Parts;
    const listed = await s3.send(new ListPartsCommand(upload));
    expect(listed.Parts?.map(({ Size }) => Size)).toEqual([5 * MEBIBYTE, 7, 3]);
    const { ETag, ChecksumCRC32 } = copied.CopyPartResult ?? {};
    const Parts = [first as CompletedPart, { PartNumber: 3, ETag, ChecksumCRC32 }];
    const done = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(done.ChecksumCRC32).toMatch(/-2$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'joined' }));
    expect(got.Metadata).toEqual({ made: 'in parts' });
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([big, Buffer.from('234')]))).toBe(true);
  });

  it('refuse small parts in the middle, a wrong order, unknown parts and an existing key', async () => {
    const Bucket = await bucket('multipart-refused');
    const upload = await start(Bucket, 'k', ['small', 'parts']);
    const complete = (Parts: CompletedPart[], more = {}) =>
      s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));
    const { Parts } = upload.MultipartUpload;
    await expect(complete(Parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete([...Parts].reverse())).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([{ PartNumber: 1, ETag: '"0"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'first' }));
    const last = Parts.slice(1);
    await expect(complete(last, { IfNoneMatch: '*' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    await complete(last);
    await expect(complete(last)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).ContentLength).toBe(5);
  });

  it('leave nothing behind when they are aborted', async () => {
    const Bucket = await bucket('multipart-aborted');
    const upload = await start(Bucket, 'k', ['part']);
    await s3.send(new AbortMultipartUploadCommand(upload));
    await expect(s3.send(new ListPartsCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });
});
