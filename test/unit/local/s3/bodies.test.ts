import { request as send } from 'node:http';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { signedFor } from '../wire/open-wire.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await createTestCloud((kernel) => createS3(kernel));
  const s3 = new S3Client({ ...cloud.root, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'bodies' }));
});
afterAll(() => cloud.close());

/** Sends a request with exactly these headers, past what clients add by themselves. */
function raw(method: string, path: string, headers: Readonly<Record<string, string>>, body = '') {
  return new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const request = send(`${cloud.root.endpoint}${path}`, { method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    request.on('error', reject);
    if (headers['transfer-encoding'] === undefined && headers['content-length'] === undefined) {
      request.removeHeader('transfer-encoding');
      request.useChunkedEncodingByDefault = false;
    }
    request.end(body);
  });
}

const authorization = signedFor('s3');
const SIGNED_BEFORE =
  '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A/20260101/eu-west-1/s3/aws4_request&X-Amz-Signature=0&X-Amz-SignedHeaders=host&X-Amz-Expires=60';

it.each<
  [what: string, method: string, path: string, headers: Readonly<Record<string, string>>, body: string, answer: string]
>([
  ['an object in chunks of HTTP', 'PUT', '/bodies/a', { 'transfer-encoding': 'chunked' }, 'body', '501 NotImplemented'],
  ['an object without a length', 'PUT', '/bodies/a', {}, '', '411 MissingContentLength'],
  [
    'chunks of S3 without the length of what they hold',
    'PUT',
    '/bodies/a',
    { 'transfer-encoding': 'chunked', 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
    '0\r\n\r\n',
    '411 MissingContentLength',
  ],
  [
    'a bucket with a body that is no document',
    'PUT',
    '/other',
    { 'content-length': '7' },
    'garbage',
    '400 MalformedXML',
  ],
  ['a bucket with another document', 'PUT', '/other', { 'content-length': '4' }, '<a/>', '400 MalformedXML'],
  [
    'a configuration over 2 MiB',
    'PUT',
    '/bodies?cors',
    { 'content-length': String(3 * 1024 ** 2) },
    ' '.repeat(3 * 1024 ** 2),
    '400 MaxMessageLengthExceeded',
  ],
  ['a form of a page', 'POST', '/bodies', { 'content-length': '4' }, 'form', '501 NotImplemented'],
  [
    'an address that is signed beside the header',
    'GET',
    `/bodies/a${SIGNED_BEFORE}&X-Amz-Date=20260101T000000Z`,
    {},
    '',
    '400 InvalidArgument',
  ],
])('%s is answered as in AWS', async (_what, method, path, headers, body, answer) => {
  const { status, text } = await raw(method, path, { authorization, ...headers }, body);
  expect(`${status} ${/<Code>(\w+)</.exec(text)?.[1]}`).toBe(answer);
});

it('an address with a date of another form is refused', async () => {
  const { status, text } = await raw('GET', `/bodies/a${SIGNED_BEFORE}&X-Amz-Date=2026-01-01T00:00:00Z`, {});
  expect(status).toBe(400);
  expect(text).toContain('X-Amz-Date must be in the ISO8601 Long Format');
});
