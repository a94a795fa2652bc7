import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { useRawS3 } from './raw-s3.ts';

const s3 = useRawS3((kernel) => createS3(kernel));
const base64 = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('base64');
beforeAll(async () => {
  await s3.send('PUT', '/bucket');
});

describe('a checksum of a body', () => {
  it.each(['md5', 'sha1', 'sha256', 'sha512'])('by %s is verified, kept and told', async (algorithm) => {
    const name = `x-amz-checksum-${algorithm}`;
    const right = base64(algorithm, 'text');
    expect((await s3.send('PUT', '/bucket/right', { [name]: right }, 'text')).headers[name]).toBe(right);
    const told = await s3.send('HEAD', '/bucket/right', { 'x-amz-checksum-mode': 'ENABLED' });
    expect(told.headers[name]).toBe(right);
    const wrong = await s3.send('PUT', '/bucket/wrong', { [name]: base64(algorithm, 'other') }, 'text');
    expect(wrong).toMatchObject({ status: 400, code: 'BadDigest' });
    expect((await s3.send('HEAD', '/bucket/wrong')).status).toBe(404);
  });

  it.each<[what: string, headers: Record<string, string>, status: number, code: string]>([
    ['that is no base64', { 'x-amz-checksum-sha256': 'no base64' }, 400, 'InvalidRequest'],
    ['of another length', { 'x-amz-checksum-sha256': base64('md5', 'text') }, 400, 'InvalidRequest'],
    [
      'beside another',
      { 'x-amz-checksum-sha1': base64('sha1', 'text'), 'x-amz-checksum-crc32': 'O4q5tQ==' },
      400,
      'InvalidRequest',
    ],
    ['by an algorithm that S3 has not', { 'x-amz-checksum-foo': 'AA==' }, 400, 'InvalidRequest'],
    ['that a client wants by such a one', { 'x-amz-sdk-checksum-algorithm': 'FOO' }, 400, 'InvalidRequest'],
    ['by xxHash, which is not simulated', { 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=' }, 501, 'NotImplemented'],
    ['that a client wants by it', { 'x-amz-sdk-checksum-algorithm': 'XXHASH3' }, 501, 'NotImplemented'],
    ['that was announced and does not come', { 'x-amz-trailer': 'x-amz-checksum-crc32' }, 400, 'MalformedTrailerError'],
  ])('%s is refused', async (_what, headers, status, code) => {
    expect(await s3.send('PUT', '/bucket/refused', headers, 'text')).toMatchObject({ status, code });
    expect((await s3.send('HEAD', '/bucket/refused')).status).toBe(404);
  });

  it.each([
    ['', 'MalformedTrailerError'],
    ['x-amz-checksum-crc32:nothing\r\n', 'InvalidRequest'],
  ])('behind chunks is looked at: %j', async (trailer, code) => {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '4',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    };
    const answer = await s3.send('PUT', '/bucket/refused', headers, `4\r\ntext\r\n0\r\n${trailer}\r\n`);
    expect(answer).toMatchObject({ status: 400, code });
  });
});

describe('a document', () => {
  const document = '<Delete><Object><Key>kept</Key></Object></Delete>';
  it.each<[Record<string, string>, string]>([
    [{ 'content-md5': base64('md5', 'other') }, 'BadDigest'],
    [{ 'content-md5': 'short' }, 'InvalidDigest'],
    [{ 'x-amz-checksum-sha256': base64('sha256', 'other') }, 'BadDigest'],
  ])('that does not match %o does nothing', async (headers, code) => {
    await s3.send('PUT', '/bucket/kept', {}, 'x');
    expect(await s3.send('POST', '/bucket?delete', headers, document)).toMatchObject({ status: 400, code });
    expect((await s3.send('HEAD', '/bucket/kept')).status).toBe(200);
  });

  it('that matches does what it says', async () => {
    const headers = { 'content-md5': base64('md5', document), 'x-amz-checksum-sha256': base64('sha256', document) };
    expect((await s3.send('POST', '/bucket?delete', headers, document)).status).toBe(200);
    expect((await s3.send('HEAD', '/bucket/kept')).status).toBe(404);
  });
});

describe('an upload in parts', () => {
  async function begin(headers: Record<string, string> = {}) {
    const { text } = await s3.send('POST', '/bucket/parts?uploads', headers);
    const id = /<UploadId>(.+)<\/UploadId>/.exec(text)?.[1];
    const path = `/bucket/parts?uploadId=${id}`;
    const put = (own: Record<string, string> = {}) => s3.send('PUT', `${path}&partNumber=1`, own, 'text');
    const complete = (inner: string, own: Record<string, string> = {}) => {
      const part = `<Part><PartNumber>1</PartNumber><ETag>${createHash('md5').update('text').digest('hex')}</ETag>${inner}</Part>`;
      return s3.send('POST', path, own, `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`);
    };
    return { put, complete };
  }
  const SHA256 = { 'x-amz-checksum-algorithm': 'SHA256' };
  const own = `<ChecksumSHA256>${base64('sha256', 'text')}</ChecksumSHA256>`;

  it.each<[what: string, headers: Record<string, string>]>([
    ['by an algorithm that S3 has not', { 'x-amz-checksum-algorithm': 'FOO' }],
    ['of a type without an algorithm', { 'x-amz-checksum-type': 'COMPOSITE' }],
    ['of a type that the algorithm has not', { ...SHA256, 'x-amz-checksum-type': 'FULL_OBJECT' }],
  ])('is not begun with a checksum %s', async (_what, headers) => {
    expect(await s3.send('POST', '/bucket/parts?uploads', headers)).toMatchObject({ code: 'InvalidRequest' });
  });

  it('takes no part that is summed otherwise', async () => {
    const { put } = await begin(SHA256);
    const answer = await put({ 'x-amz-checksum-crc32': 'O4q5tQ==' });
    expect(answer.code).toBe('InvalidRequest');
    expect(answer.text).toContain('expected checksum Type: sha256, actual checksum Type: crc32');
  });

  it.each<[what: string, inner: string, headers: Record<string, string>, code: string]>([
    ['without the checksum of a part', '', {}, 'InvalidRequest'],
    ['by another checksum of it', `<ChecksumSHA256>${base64('sha256', 'x')}</ChecksumSHA256>`, {}, 'BadDigest'],
    ['by another algorithm', '<ChecksumCRC32>O4q5tQ==</ChecksumCRC32>', {}, 'BadDigest'],
    ['in another mode', own, { 'x-amz-checksum-type': 'FULL_OBJECT' }, 'InvalidRequest'],
    ['by another size', own, { 'x-amz-mp-object-size': '5' }, 'InvalidRequest'],
    ['by another checksum of the whole', own, { 'x-amz-checksum-sha256': base64('sha256', 'x') }, 'BadDigest'],
    ['by another Content-MD5', own, { 'content-md5': base64('md5', 'x') }, 'BadDigest'],
  ])('is not completed %s', async (_what, inner, headers, code) => {
    const { put, complete } = await begin(SHA256);
    await put();
    expect(await complete(inner, headers)).toMatchObject({ status: 400, code });
    const whole = createHash('sha256')
      .update(Buffer.from(base64('sha256', 'text'), 'base64'))
      .digest('base64');
    const right = { 'x-amz-mp-object-size': '4', 'x-amz-checksum-sha256': `${whole}-1` };
    expect((await complete(own, right)).text).toContain(`<ChecksumSHA256>${whole}-1</ChecksumSHA256>`);
  });
});
