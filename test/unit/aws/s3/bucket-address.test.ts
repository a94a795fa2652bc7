import { describe, expect, it } from 'vitest';
import { createConnection } from '../../../../lib/aws/index.ts';
import { addressOf } from '../../../../lib/aws/s3/bucket-address.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };

function urlOf(env: Record<string, string>, location: { bucket: string; key: string }, region?: string): string {
  const address = addressOf(createConnection({ env: { AWS_REGION: 'eu-west-1', ...KEYS, ...env } }), location, region);
  return `${address.connection.endpoint('s3').origin}${address.path}`;
}

const OBJECT = { bucket: 'my-bucket', key: 'a/b.zip' };

describe('an object is addressed', () => {
  it.each([
    ['by its bucket’s host at AWS', {}, OBJECT, undefined, 'https://my-bucket.s3.eu-west-1.amazonaws.com/a/b.zip'],
    ['in the bucket’s own region', {}, OBJECT, 'us-east-1', 'https://my-bucket.s3.us-east-1.amazonaws.com/a/b.zip'],
    [
      'by FIPS',
      { AWS_USE_FIPS_ENDPOINT: 'true' },
      OBJECT,
      undefined,
      'https://my-bucket.s3-fips.eu-west-1.amazonaws.com/a/b.zip',
    ],
    [
      'in China',
      { AWS_REGION: 'cn-north-1' },
      OBJECT,
      undefined,
      'https://my-bucket.s3.cn-north-1.amazonaws.com.cn/a/b.zip',
    ],
    [
      'by path where the bucket has dots',
      {},
      { bucket: 'my.bucket', key: 'k' },
      undefined,
      'https://s3.eu-west-1.amazonaws.com/my.bucket/k',
    ],
    [
      'by path at a configured endpoint',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
      OBJECT,
      undefined,
      'http://127.0.0.1:4566/my-bucket/a/b.zip',
    ],
    [
      'by path at a private link',
      { AWS_ENDPOINT_URL_S3: 'https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com' },
      OBJECT,
      undefined,
      'https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com/my-bucket/a/b.zip',
    ],
  ])('%s', (_, env, location, region, url) => {
    expect(urlOf(env, location, region)).toBe(url);
  });

  it.each([
    ['a b+c', 'a%20b%2Bc'],
    ["!'()*", '%21%27%28%29%2A'],
    ['ünï/日本.zip', '%C3%BCn%C3%AF/%E6%97%A5%E6%9C%AC.zip'],
    ['a//b/./../c', 'a//b/./../c'],
    ['50%?x=y#z&', '50%25%3Fx%3Dy%23z%26'],
  ])('with the key %j encoded as %j', (key, encoded) => {
    expect(urlOf({}, { bucket: 'my-bucket', key })).toBe(`https://my-bucket.s3.eu-west-1.amazonaws.com/${encoded}`);
  });
});

describe('what is no name of a bucket', () => {
  it.each([
    'localhost:46512#',
    'x@127.0.0.1:4566/#',
    'evil.example.com/',
    'evil.example.com?',
    'evil.example.com\\',
    'a\nb.example.com',
    '.',
    '..',
    '',
    'a:b',
  ])('becomes no part of a host, and nothing is sent: %j', (bucket) => {
    expect(() => urlOf({}, { bucket, key: 'k' })).toThrow(/^not the name of a bucket: .*; nothing was sent$/);
  });
});
