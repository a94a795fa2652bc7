import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { uploadObject } from '../../../../lib/aws/s3/index.ts';
import { partBytes, partsOf } from '../../../../lib/aws/s3/object-parts.ts';
import {
  answerError,
  bytesOf,
  createScriptedS3,
  type Script,
  type ScriptedS3,
  type SeenRequest,
} from './scripted-s3.ts';

const OBJECT = { bucket: 'my-bucket', key: 'built.zip' };
const MIB = 1024 * 1024;

let s3: ScriptedS3;
afterEach(() => s3.close());
const script = async (answer: Script) => {
  s3 = await createScriptedS3(answer);
};

/** Chunks of 3 MiB, each of another byte. */
async function* chunks(count: number): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index++) yield Buffer.alloc(3 * MIB, index + 1);
}

const partNumberOf = ({ url }: SeenRequest) => Number(/partNumber=(\d+)/.exec(url)?.[1] ?? 0);

/** Plays a multipart upload as S3 does; `instead` may answer before it. */
function multipart(instead: Script = () => undefined): Script {
  return (request, response, count) => {
    instead(request, response, count);
    if (response.headersSent || response.destroyed) return;
    if (request.method === 'POST' && request.url.endsWith('?uploads=')) {
      response.end('<InitiateMultipartUploadResult><UploadId>up+1/x</UploadId></InitiateMultipartUploadResult>');
    } else if (request.method === 'PUT') {
      response.writeHead(200, { etag: `"p${partNumberOf(request)}"` }).end();
    } else if (request.method === 'DELETE') response.writeHead(204).end();
    else response.end('<CompleteMultipartUploadResult><ETag>&quot;all-3&quot;</ETag></CompleteMultipartUploadResult>');
  };
}

const methods = () => s3.requests.map(({ method, url }) => `${method} ${url.split('?')[1] ?? ''}`);

describe('uploadObject', () => {
  it('writes what fits one part in one request, encrypted', async () => {
    await script((_, response) => response.writeHead(200, { etag: '"one"' }).end());
    const written = await uploadObject(s3.client(), OBJECT, chunks(2), {
      kmsKey: 'key-1',
      contentType: 'application/zip',
    });
    const content = await bytesOf(chunks(2));
    expect(written).toEqual({
      eTag: '"one"',
      bytes: 6 * MIB,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(s3.requests).toHaveLength(1);
    expect(s3.requests[0]?.body.equals(content)).toBe(true);
    expect(s3.requests[0]?.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(6 * MIB),
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
      'x-amz-content-sha256': written.sha256,
    });
  });

  it('writes an empty object', async () => {
    await script((_, response) => response.writeHead(200, { etag: '"none"' }).end());
    expect(await uploadObject(s3.client(), OBJECT, chunks(0))).toMatchObject({ bytes: 0 });
    expect(s3.requests[0]?.headers['content-length']).toBe('0');
    expect(s3.requests[0]?.headers['x-amz-server-side-encryption']).toBeUndefined();
  });

  it('writes more in parts, encrypted, and joins them in their order', async () => {
    await script(multipart());
    expect(await uploadObject(s3.client(), OBJECT, chunks(7), { kmsKey: true })).toMatchObject({
      eTag: '"all-3"',
      bytes: 21 * MIB,
    });
    expect(s3.requests[0]?.headers['x-amz-server-side-encryption']).toBe('aws:kms');
    const parts = s3.requests
      .filter(({ method }) => method === 'PUT')
      .sort((a, b) => partNumberOf(a) - partNumberOf(b));
    expect(parts.map(({ body }) => body.length)).toEqual([8 * MIB, 8 * MIB, 5 * MIB]);
    expect(Buffer.concat(parts.map(({ body }) => body)).equals(await bytesOf(chunks(7)))).toBe(true);
    expect(s3.requests.at(-1)?.url).toBe('/my-bucket/built.zip?uploadId=up%2B1%2Fx');
    expect(s3.requests.at(-1)?.body.toString()).toContain(
      '<Part><PartNumber>1</PartNumber><ETag>"p1"</ETag></Part><Part><PartNumber>2</PartNumber><ETag>"p2"</ETag></Part>',
    );
  });

  it('sends a part again that failed for the moment', async () => {
    let failed = false;
    await script(
      multipart((request, response) => {
        if (partNumberOf(request) !== 2 || failed) return;
        failed = true;
        answerError(response, 503, 'SlowDown');
      }),
    );
    expect(await uploadObject(s3.client(), OBJECT, chunks(7))).toMatchObject({ eTag: '"all-3"' });
    expect(s3.requests.filter((request) => partNumberOf(request) === 2)).toHaveLength(2);
  });

  it('gives the upload up when a part is refused, and when the source fails', async () => {
    await script(
      multipart((request, response) => partNumberOf(request) === 2 && answerError(response, 403, 'AccessDenied')),
    );
    let taken = 0;
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of chunks(2_000)) {
        taken++;
        yield chunk;
      }
    }
    await expect(uploadObject(s3.client(), OBJECT, counted())).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(methods().at(-1)).toBe('DELETE uploadId=up%2B1%2Fx');
    expect(taken).toBeLessThan(2_000);

    async function* failing() {
      yield* chunks(7);
      throw new Error('the source is gone');
    }
    await expect(uploadObject(s3.client(), OBJECT, failing())).rejects.toThrow('the source is gone');
    expect(methods().at(-1)).toBe('DELETE uploadId=up%2B1%2Fx');
    expect(methods().filter((method) => method.startsWith('POST uploadId'))).toEqual([]);
  });

  it('gives the upload up when its signal ends it', async () => {
    const stop = new AbortController();
    const reason = new Error('the job is over');
    await script(multipart((request) => partNumberOf(request) === 2 && stop.abort(reason)));
    await expect(uploadObject(s3.client({ signal: stop.signal }), OBJECT, chunks(7))).rejects.toBe(reason);
    expect(methods().at(-1)).toBe('DELETE uploadId=up%2B1%2Fx');
  });

  it('notices a failure that comes with status 200, and tries again', async () => {
    let failed = false;
    await script(
      multipart((request, response) => {
        if (request.method !== 'POST' || !request.url.includes('uploadId') || failed) return;
        failed = true;
        response.end('<Error><Code>InternalError</Code><Message>We encountered an internal error</Message></Error>');
      }),
    );
    expect(await uploadObject(s3.client(), OBJECT, chunks(7))).toMatchObject({ eTag: '"all-3"' });
    expect(s3.waits).toHaveLength(1);
  });

  it.each([
    ['takes an upload as done whose answer was lost', '"all-3"', true],
    ['does not take another object for it', '"other"', false],
  ])('%s', async (_, eTag, isDone) => {
    let completed = 0;
    await script(
      multipart((request, response) => {
        if (request.method === 'HEAD') response.writeHead(200, { etag: eTag, 'content-length': 21 * MIB }).end();
        else if (request.method !== 'POST' || !request.url.includes('uploadId')) return;
        else if (++completed === 1) response.destroy();
        else answerError(response, 404, 'NoSuchUpload');
      }),
    );
    const upload = uploadObject(s3.client(), OBJECT, chunks(7));
    await (isDone
      ? expect(upload).resolves.toMatchObject({ eTag })
      : expect(upload).rejects.toMatchObject({ code: 'NoSuchUpload' }));
  });
});

it('10,000 parts hold far more than any artifact, and none exceeds the 5 GiB that S3 takes', () => {
  let total = 0;
  for (let part = 1; part <= 10_000; part++) total += partBytes(part);
  expect(total).toBeGreaterThan(5 * 1024 ** 4);
  expect(partBytes(1)).toBe(8 * MIB);
  expect(partBytes(10_000)).toBeLessThanOrEqual(5 * 1024 ** 3);
});

it('parts use the memory of those that were released', async () => {
  const memory = new Set<ArrayBufferLike>();
  for await (const part of partsOf(chunks(40))) {
    memory.add(part.bytes.buffer);
    part.release();
  }
  expect(memory.size).toBeLessThanOrEqual(2);
});

it('takes memory by what an object holds, up to a part', async () => {
  async function* small(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; left -= 10_000) yield Buffer.alloc(Math.min(left, 10_000), 7);
  }
  for (const [bytes, most] of [
    [100, 65_536],
    [70_000, 262_144],
    [5_000_000, 8 * MIB],
  ] as const) {
    const sizes: number[] = [];
    const memories: number[] = [];
    for await (const part of partsOf(small(bytes))) {
      sizes.push(part.bytes.length);
      memories.push(part.bytes.buffer.byteLength);
      expect(part.bytes.every((byte) => byte === 7)).toBe(true);
      part.release();
    }
    expect(sizes).toEqual([bytes]);
    expect(Math.max(...memories)).toBeLessThanOrEqual(most);
  }
});
