import { createHash } from 'node:crypto';
import type { S3Location } from './bucket-address.ts';
import { uploadParts } from './multipart-upload.ts';
import { type ObjectPart, partsOf } from './object-parts.ts';
import type { S3Client } from './s3-client.ts';
import { headerOf } from './s3-error.ts';
import { readBody } from './send-signed.ts';

/** Options of {@link uploadObject}. */
export interface UploadOptions {
  /** @defaultValue 'application/octet-stream' */
  readonly contentType?: string;
  /** Encrypts with SSE-KMS: with this key, or with AWS's own for S3 where it is `true`. @defaultValue no header */
  readonly kmsKey?: string | true;
}

/** What was written. */
export interface UploadedObject {
  readonly eTag: string;
  readonly bytes: number;
  /** Of the content, in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Writes an object from a stream of unknown length: in one request where it fits one part of 8 MiB, as a multipart
 * upload otherwise. When the source fails, nothing is written.
 *
 * @throws AwsCallError, or the source's own error
 */
export async function uploadObject(
  client: S3Client,
  location: S3Location,
  source: AsyncIterable<Uint8Array>,
  options: UploadOptions = {},
): Promise<UploadedObject> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  const parts = partsOf(measured());
  const headers = objectHeaders(options);
  try {
    const first = (await parts.next()).value as ObjectPart;
    const second = await parts.next();
    const eTag = second.done
      ? await putObject(client, location, first.bytes, headers)
      : await uploadParts(client, location, chain([first, second.value], parts), headers, () => bytes);
    return { eTag, bytes, sha256: hash.digest('hex') };
  } finally {
    await parts.return(undefined);
  }
}

async function putObject(
  client: S3Client,
  location: S3Location,
  body: Buffer,
  headers: Record<string, string>,
): Promise<string> {
  const action = 's3:PutObject';
  const response = await client.send({
    location,
    action,
    method: 'PUT',
    headers: { ...headers, 'content-length': String(body.length) },
    body,
    idleTimeoutMs: 30_000,
  });
  await readBody(response, action);
  return headerOf(response, 'etag') ?? '';
}

function objectHeaders(options: UploadOptions): Record<string, string> {
  return {
    'content-type': options.contentType ?? 'application/octet-stream',
    ...(options.kmsKey ? { 'x-amz-server-side-encryption': 'aws:kms' } : {}),
    ...(typeof options.kmsKey === 'string' ? { 'x-amz-server-side-encryption-aws-kms-key-id': options.kmsKey } : {}),
  };
}

async function* chain<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* rest;
}
