import { beforeEach, describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { useRawS3 } from './raw-s3.ts';

// biome-ignore lint/suspicious/noExplicitAny: an event is what its consumers read in it
const told: { detailType: string; detail: any; resources?: readonly string[] }[] = [];
const s3 = useRawS3((kernel) => createS3(kernel, { bus: { put: (event) => void told.push(event) } }));
const TO_EVENTBRIDGE =
  '<NotificationConfiguration><EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>';
const TAGS = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
let buckets = 0;
let bucket: string;

beforeEach(async () => {
  bucket = `bucket-${++buckets}`;
  await s3.send('PUT', `/${bucket}`);
  await s3.send('PUT', `/${bucket}?notification`, {}, TO_EVENTBRIDGE);
  told.length = 0;
});

async function versioned() {
  const document = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await s3.send('PUT', `/${bucket}?versioning`, {}, document);
}

async function completeUpload() {
  const { text } = await s3.send('POST', `/${bucket}/key?uploads`);
  const path = `/${bucket}/key?uploadId=${/<UploadId>(.+)<\/UploadId>/.exec(text)?.[1]}`;
  const { headers } = await s3.send('PUT', `${path}&partNumber=1`, {}, 'text');
  const part = `<Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part>`;
  await s3.send('POST', path, {}, `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`);
}

describe('EventBridge is told', () => {
  it('of an object as the user guide has it', async () => {
    await versioned();
    const { headers } = await s3.send('PUT', `/${bucket}/key`, {}, 'text');
    expect(told).toEqual([
      {
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: [`arn:aws:s3:::${bucket}`],
        detail: {
          version: '0',
          bucket: { name: bucket },
          object: {
            key: 'key',
            size: 4,
            etag: '1cb251ec0d568de6a929b520c4aed8d1',
            'version-id': headers['x-amz-version-id'],
            sequencer: expect.stringMatching(/^[0-9a-f]{20}$/),
          },
          'request-id': headers['x-amz-request-id'],
          requester: '123456789012',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('by which operation an object was made', async () => {
    await s3.send('PUT', `/${bucket}/source`, {}, 'text');
    await s3.send('PUT', `/${bucket}/copy`, { 'x-amz-copy-source': `${bucket}/source` });
    await completeUpload();
    expect(told.map(({ detail }) => detail.reason)).toEqual(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);
    const sequence = told.map(({ detail }) => detail.object.sequencer);
    expect([...sequence].sort()).toEqual(sequence);
  });

  it('of an object that is gone', async () => {
    await s3.send('PUT', `/${bucket}/key`, {}, 'text');
    await s3.send('DELETE', `/${bucket}/key`);
    await s3.send('DELETE', `/${bucket}/key`);
    expect(told.slice(1)).toMatchObject([
      {
        detailType: 'Object Deleted',
        detail: { object: { key: 'key' }, reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' },
      },
    ]);
  });

  it('of a delete marker, and of a version that is gone', async () => {
    await versioned();
    const put = await s3.send('PUT', `/${bucket}/key`, {}, 'text');
    const version = String(put.headers['x-amz-version-id']);
    const marker = await s3.send('DELETE', `/${bucket}/key`);
    await s3.send('DELETE', `/${bucket}/key?versionId=${version}`);
    const deletions = told.slice(1).map(({ detail }) => [detail['deletion-type'], detail.object['version-id']]);
    expect(deletions).toEqual([
      ['Delete Marker Created', marker.headers['x-amz-version-id']],
      ['Permanently Deleted', version],
    ]);
  });

  it('of each object of a deletion of many', async () => {
    for (const key of ['a', 'b']) await s3.send('PUT', `/${bucket}/${key}`, {}, 'x');
    told.length = 0;
    const document = '<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>';
    await s3.send('POST', `/${bucket}?delete`, {}, document);
    expect(told.map(({ detailType, detail }) => [detailType, detail.object.key])).toEqual([
      ['Object Deleted', 'a'],
      ['Object Deleted', 'b'],
    ]);
  });

  it('of tags that are put and taken away', async () => {
    await s3.send('PUT', `/${bucket}/key`, {}, 'text');
    await s3.send('PUT', `/${bucket}/key?tagging`, {}, TAGS);
    await s3.send('DELETE', `/${bucket}/key?tagging`);
    expect(told.slice(1).map(({ detailType, detail }) => [detailType, detail.object])).toEqual([
      ['Object Tags Added', { key: 'key', etag: '1cb251ec0d568de6a929b520c4aed8d1' }],
      ['Object Tags Deleted', { key: 'key', etag: '1cb251ec0d568de6a929b520c4aed8d1' }],
    ]);
  });
});

it('a bucket that was not told to tells nothing', async () => {
  await s3.send('PUT', `/${bucket}?notification`, {}, '<NotificationConfiguration/>');
  await s3.send('PUT', `/${bucket}/key`, {}, 'text');
  await s3.send('DELETE', `/${bucket}/key`);
  expect(told).toEqual([]);
});
