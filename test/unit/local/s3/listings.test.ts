import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListBuckets,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { useRawS3 } from './raw-s3.ts';

const raw = useRawS3((kernel) => createS3(kernel));
let s3: S3Client;
beforeAll(() => {
  s3 = new S3Client(raw.cloud.root);
});

describe('uploads in parts', () => {
  const Bucket = 'uploads';
  const begun: string[] = [];
  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const Key of ['z/1', 'b', 'a/1', 'b', 'a/2', 'c d']) {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      begun.push(`${Key} ${UploadId}`);
    }
  });

  it('are listed by key, and those of one key as they were begun, with who began them', async () => {
    const { Uploads, MaxUploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    const expected = [2, 4, 1, 3, 5, 0].map((index) => begun[index]);
    expect(Uploads?.map(({ Key, UploadId }) => `${Key} ${UploadId}`)).toEqual(expected);
    expect(Uploads?.[0]).toMatchObject({ Owner: { ID: '123456789012' }, Initiator: { ID: '123456789012' } });
    expect(MaxUploads).toBe(1000);
  });

  it.each([1, 2, 3])('come in pages of %i, common prefixes among them', async (MaxUploads) => {
    const seen: string[] = [];
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
    while (markers !== undefined) {
      const page: ListMultipartUploadsCommandOutput = await s3.send(
        new ListMultipartUploadsCommand({ Bucket, Delimiter: '/', MaxUploads, ...markers }),
      );
      const entries = [...(page.CommonPrefixes ?? []), ...(page.Uploads ?? [])];
      expect(entries.length).toBeLessThanOrEqual(MaxUploads);
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
      seen.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
      markers = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker || undefined }
        : undefined;
    }
    expect(seen.sort()).toEqual(['a/', begun[1], begun[3], begun[5], 'z/'].sort());
  });

  it('begin behind a key, and are written as the request wants', async () => {
    const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker: 'b', EncodingType: 'url' }));
    expect(page.Uploads?.map(({ Key }) => Key)).toEqual(['c%20d', 'z/1']);
    expect(page).toMatchObject({ EncodingType: 'url', KeyMarker: 'b' });
  });

  it('do not begin behind an upload of another key', async () => {
    const UploadIdMarker = begun[0]?.split(' ')[1];
    const list = s3.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker: 'b', UploadIdMarker }));
    await expect(list).rejects.toMatchObject({ name: 'InvalidArgument', message: 'Invalid uploadId marker' });
  });
});

describe('versions', () => {
  const Bucket = 'versions';
  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    for (const Key of ['a/1', 'a/2', 'b/1', 'c', 'c', 'd'])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'c' }));
  });

  it.each([1, 2, 4])('come in pages of %i, each common prefix once and counted', async (MaxKeys) => {
    const seen: string[] = [];
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (markers !== undefined) {
      const page: ListObjectVersionsCommandOutput = await s3.send(
        new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys, ...markers }),
      );
      const prefixes = (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? '');
      const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key }) => Key ?? '');
      expect(prefixes.length + versions.length).toBeLessThanOrEqual(MaxKeys);
      seen.push(...prefixes, ...versions);
      markers = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    expect(seen.sort()).toEqual(['a/', 'b/', 'c', 'c', 'c', 'd']);
  });

  it('begin behind a key, all of its versions included, unless one of these is named', async () => {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker: 'c' }));
    expect(page.Versions?.map(({ Key }) => Key)).toEqual(['d']);
    expect(page.DeleteMarkers).toBeUndefined();
    const list = s3.send(new ListObjectVersionsCommand({ Bucket, VersionIdMarker: 'a'.repeat(32) }));
    await expect(list).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

describe('buckets', () => {
  beforeAll(async () => {
    for (const Bucket of ['paged-c', 'paged-a', 'paged-b']) await s3.send(new CreateBucketCommand({ Bucket }));
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-3' } as const;
    await s3.send(new CreateBucketCommand({ Bucket: 'paged-d', CreateBucketConfiguration }));
  });

  it('come in pages', async () => {
    const pages: (string | undefined)[][] = [];
    for await (const { Buckets } of paginateListBuckets({ client: s3, pageSize: 3 }, { Prefix: 'paged-' }))
      pages.push(Buckets?.map(({ Name }) => Name) ?? []);
    expect(pages).toEqual([['paged-a', 'paged-b', 'paged-c'], ['paged-d']]);
  });

  it('are found by their Region', async () => {
    const { Buckets } = await s3.send(new ListBucketsCommand({ BucketRegion: 'eu-west-3' }));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['paged-d']);
  });

  it.each([{ MaxBuckets: 0 }, { MaxBuckets: 10_001 }, { ContinuationToken: '%' }])(
    'are refused for %o',
    async (input) => {
      await expect(s3.send(new ListBucketsCommand(input))).rejects.toMatchObject({ name: 'InvalidArgument' });
    },
  );
});
