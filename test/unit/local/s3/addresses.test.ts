import { Agent } from 'node:http';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { useRawS3 } from './raw-s3.ts';

const s3 = useRawS3((kernel) => createS3(kernel));
const port = () => new URL(s3.cloud.root.endpoint).port;

describe('a bucket in the host', () => {
  it.each([
    ['plain.localhost', 'plain'],
    ['Upper.localhost', 'upper'],
    ['with.dots.localhost', 'with.dots'],
    ['global.s3.localhost', 'global'],
    ['regional.s3.eu-central-1.localhost', 'regional'],
    ['dashed.s3-eu-west-1.localhost', 'dashed'],
  ])('is found: %s', async (name, bucket) => {
    const host = `${name}:${port()}`;
    expect((await s3.send('PUT', '/', { host })).status).toBe(200);
    expect((await s3.send('PUT', '/report.csv', { host }, 'rows')).status).toBe(200);
    expect((await s3.send('PUT', '//a/../b', { host }, 'slashes')).status).toBe(200);
    expect((await s3.send('GET', '/report.csv', { host })).text).toBe('rows');
    expect((await s3.send('GET', `/${bucket}/report.csv`)).text).toBe('rows');
    expect((await s3.send('GET', `/${bucket}//a/../b`)).text).toBe('slashes');
    expect((await s3.send('HEAD', '/report.csv')).status).toBe(404);
  });

  it.each(['localhost', 's3.localhost', 's3.us-east-1.localhost', '127.0.0.1', 'LOCALHOST'])(
    'is none where the host is the service: %s',
    async (name) => {
      await s3.send('PUT', '/in-path');
      const answer = await s3.send('GET', '/in-path?location', { host: `${name}:${port()}` });
      expect(answer.status).toBe(200);
    },
  );

  it('of a foreign name is refused as ever', async () => {
    const answer = await s3.send('PUT', '/report.csv', { host: 'bucket.s3.localhost.example.com' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('not loopback');
  });
});

it("the SDK needs no path style where the endpoint is this machine's name", async () => {
  const { credentials, region } = s3.cloud.root;
  const lookup = (_name: string, _options: unknown, done: (error: null, found: object[]) => void) =>
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  const client = new S3Client({
    credentials,
    region,
    endpoint: `http://localhost:${port()}`,
    // Not every resolver knows names under localhost, as every browser does.
    requestHandler: { httpAgent: new Agent({ lookup: lookup as never }) },
  });
  const Bucket = 'by-host';
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'folder/a b+c', Body: 'text' }));
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['folder/a b+c']);
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'folder/a b+c' }));
  expect(await Body?.transformToString()).toBe('text');
});
