import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { useRawS3 } from './raw-s3.ts';

const s3 = useRawS3((kernel) => createS3(kernel));
const REDIRECT = 'x-amz-website-redirect-location';
const CLASS = 'x-amz-storage-class';

beforeAll(async () => {
  await s3.send('PUT', '/bucket');
  await s3.send('PUT', '/acls', { 'x-amz-object-ownership': 'ObjectWriter' });
});
beforeEach(async () => {
  await s3.send(
    'PUT',
    '/bucket/a/source',
    { [REDIRECT]: '/there', [CLASS]: 'STANDARD_IA', 'content-type': 'a/b' },
    'x',
  );
});
const head = async (key: string) => (await s3.send('HEAD', `/bucket/${key}`)).headers;
const copy = (headers: Record<string, string> = {}, source = 'bucket/a/source', key = 'copy') =>
  s3.send('PUT', `/bucket/${key}`, { 'x-amz-copy-source': source, ...headers });

it('where a website leads from an object is kept', async () => {
  expect(await head('a/source')).toMatchObject({ [REDIRECT]: '/there', [CLASS]: 'STANDARD_IA' });
});

describe('a write is refused, and changes nothing', () => {
  it.each<[what: string, path: string, headers: Record<string, string>, status: number, code: string]>([
    ['for everybody', '/bucket/key', { 'x-amz-acl': 'public-read' }, 400, 'AccessControlListNotSupported'],
    ['with grants', '/bucket/key', { 'x-amz-grant-read': 'id="1"' }, 400, 'AccessControlListNotSupported'],
    ['for everybody where lists mean something', '/acls/key', { 'x-amz-acl': 'public-read' }, 501, 'NotImplemented'],
    ['locked', '/bucket/key', { 'x-amz-object-lock-legal-hold': 'ON' }, 400, 'InvalidRequest'],
    ['in a class that buckets have not', '/bucket/key', { [CLASS]: 'OUTPOSTS' }, 400, 'InvalidStorageClass'],
    ['in a class that S3 has not', '/bucket/key', { [CLASS]: 'FOO' }, 400, 'InvalidStorageClass'],
    [
      'under a key that nothing is encrypted with',
      '/bucket/key',
      { 'x-amz-server-side-encryption-aws-kms-key-id': 'key' },
      400,
      'InvalidArgument',
    ],
    ['with a redirect to nowhere', '/bucket/key', { [REDIRECT]: 'there' }, 400, 'InvalidRedirectLocation'],
  ])('%s', async (_what, path, headers, status, code) => {
    expect(await s3.send('PUT', path, headers, 'x')).toMatchObject({ status, code });
    const copying = { 'x-amz-copy-source': 'bucket/a/source', ...headers };
    expect(await s3.send('PUT', path, copying)).toMatchObject({ status, code });
    expect(await s3.send('POST', `${path}?uploads`, headers)).toMatchObject({ status, code });
    expect((await s3.send('HEAD', path)).status).toBe(404);
  });
});

it.each(['private', 'bucket-owner-full-control'])('the ACL %s says what holds anyway', async (acl) => {
  expect((await s3.send('PUT', '/bucket/key', { 'x-amz-acl': acl }, 'x')).status).toBe(200);
  await s3.send('DELETE', '/bucket/key');
});

describe('a copy', () => {
  it('has the metadata of its source, and a place of its own', async () => {
    await copy();
    const plain = await head('copy');
    expect(plain['content-type']).toBe('a/b');
    expect([plain[CLASS], plain[REDIRECT]]).toEqual([undefined, undefined]);
    await copy({ [CLASS]: 'GLACIER_IR', [REDIRECT]: '/elsewhere' });
    expect(await head('copy')).toMatchObject({
      'content-type': 'a/b',
      [CLASS]: 'GLACIER_IR',
      [REDIRECT]: '/elsewhere',
    });
  });

  it('onto itself may change where a website leads', async () => {
    expect((await copy({ [REDIRECT]: '/new' }, 'bucket/a/source', 'a/source')).status).toBe(200);
    expect((await head('a/source'))[REDIRECT]).toBe('/new');
  });

  it('finds its source however its slashes are written', async () => {
    for (const source of ['bucket%2Fa%2Fsource', '%2Fbucket%2Fa/source', '/bucket/a%2Fsource']) {
      expect((await copy({}, source)).status).toBe(200);
    }
    await s3.send('PUT', '/bucket/odd%3FversionId%3Dnull', {}, 'odd');
    expect((await copy({}, 'bucket%2Fodd%3FversionId%3Dnull')).status).toBe(200);
    expect((await s3.send('GET', '/bucket/copy')).text).toBe('odd');
  });

  it.each([
    ['x-amz-metadata-directive', 'Unknown metadata directive.'],
    ['x-amz-tagging-directive', 'Unknown tagging directive.'],
  ])('takes no %s that S3 has not', async (header, message) => {
    const answer = await copy({ [header]: 'MERGE' });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(answer.text).toContain(message);
  });

  it('is summed as it wants, or else as its source', async () => {
    const sha256 = await copy({ 'x-amz-checksum-algorithm': 'SHA256' });
    expect(sha256.text).toContain('<ChecksumSHA256>LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=</ChecksumSHA256>');
    const again = await s3.send('PUT', '/bucket/again', { 'x-amz-copy-source': 'bucket/copy' });
    expect(again.text).toContain('<ChecksumSHA256>LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=</ChecksumSHA256>');
    expect(await copy({ 'x-amz-checksum-algorithm': 'FOO' })).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });
});

describe('a request that expects another owner', () => {
  it.each<[string, string, Record<string, string>]>([
    ['DELETE', '/bucket/a/source', { 'x-amz-expected-bucket-owner': '111111111111' }],
    ['GET', '/bucket', { 'x-amz-expected-bucket-owner': '111111111111' }],
    [
      'PUT',
      '/bucket/copy2',
      { 'x-amz-copy-source': 'bucket/a/source', 'x-amz-source-expected-bucket-owner': '111111111111' },
    ],
  ])('is denied: %s %s', async (method, path, headers) => {
    expect(await s3.send(method, path, headers)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await s3.send('HEAD', '/bucket/a/source')).status).toBe(200);
  });

  it('is told when what it expects is no account', async () => {
    const answer = await s3.send('GET', '/bucket', { 'x-amz-expected-bucket-owner': 'abcd' });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidBucketOwnerAWSAccountID' });
    expect((await s3.send('GET', '/bucket', { 'x-amz-expected-bucket-owner': '123456789012' })).status).toBe(200);
  });
});

describe('a version id that cannot be one', () => {
  it.each([
    ['GET', '/bucket/a/source?versionId=x'],
    ['HEAD', '/bucket/a/source?versionId=x'],
    ['DELETE', '/bucket/a/source?versionId=x'],
    ['DELETE', '/bucket/a/source?versionId='],
    ['GET', '/bucket/a/source?tagging&versionId=x'],
  ])('is refused: %s %s', async (method, path) => {
    const { status, text } = await s3.send(method, path);
    expect(status).toBe(400);
    if (method !== 'HEAD') expect(text).toMatch(/<Code>InvalidArgument<.*ersion id/);
    expect((await s3.send('HEAD', '/bucket/a/source')).status).toBe(200);
  });

  it('is refused of the source of a copy', async () => {
    expect(await copy({}, 'bucket/a/source?versionId=x')).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(await copy({}, `bucket/a/source?versionId=${'a'.repeat(32)}`)).toMatchObject({ code: 'NoSuchVersion' });
  });
});
