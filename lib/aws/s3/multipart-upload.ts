import { AwsCallError } from '../aws-call-error.ts';
import { xmlText } from '../xml.ts';
import type { S3Location } from './bucket-address.ts';
import { headObject } from './head-object.ts';
import type { ObjectPart } from './object-parts.ts';
import type { S3Client } from './s3-client.ts';
import { headerOf, s3ErrorOf } from './s3-error.ts';
import { readBody } from './send-signed.ts';

/** How many bytes of parts may be on their way at once: four parts of the first size. */
const IN_FLIGHT_BYTES = 32 * 1024 * 1024;

/** Joining many parts may take S3 minutes, in which it sends a blank now and then. */
const COMPLETE_IDLE_TIMEOUT_MS = 120_000;

interface Upload {
  readonly client: S3Client;
  readonly location: S3Location;
  readonly uploadId: string;
}

/**
 * Writes an object in parts, several at a time, and gives up the upload when anything fails.
 *
 * @param bytes how many bytes the parts held, asked after the last
 * @returns the object's ETag
 */
export async function uploadParts(
  client: S3Client,
  location: S3Location,
  parts: AsyncIterable<ObjectPart>,
  headers: Record<string, string>,
  bytes: () => number,
): Promise<string> {
  const upload = { client, location, uploadId: await createUpload(client, location, headers) };
  try {
    const eTags = await sendParts(upload, parts);
    return await completeUpload(upload, eTags, bytes());
  } catch (error) {
    await abortUpload(upload);
    throw error;
  }
}

async function createUpload(client: S3Client, location: S3Location, headers: Record<string, string>): Promise<string> {
  const action = 's3:CreateMultipartUpload';
  const response = await client.send({ location, action, method: 'POST', query: 'uploads=', headers });
  const uploadId = xmlText((await readBody(response, action)).toString('utf8'), 'UploadId');
  if (uploadId) return uploadId;
  throw new AwsCallError(`${action} answered without an UploadId`, {
    code: 'UnreadableAnswer',
    fault: 'server',
    action,
    status: response.statusCode ?? 0,
  });
}

async function sendParts(upload: Upload, parts: AsyncIterable<ObjectPart>): Promise<string[]> {
  const eTags: string[] = [];
  const inFlight = new Set<Promise<void>>();
  let bytesInFlight = 0;
  let failure: { error: unknown } | undefined;
  try {
    for await (const part of parts) {
      const partNumber = eTags.push('');
      bytesInFlight += part.bytes.length;
      const sending = sendPart(upload, partNumber, part.bytes)
        .then((eTag) => {
          eTags[partNumber - 1] = eTag;
          part.release();
        })
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => {
          bytesInFlight -= part.bytes.length;
          inFlight.delete(sending);
        });
      inFlight.add(sending);
      while (bytesInFlight >= IN_FLIGHT_BYTES && failure === undefined) await Promise.race(inFlight);
      if (failure) break;
    }
  } finally {
    // Also when the source failed: an upload cannot be given up while parts of it still arrive.
    await Promise.all(inFlight);
  }
  if (failure) throw failure.error;
  return eTags;
}

async function sendPart(upload: Upload, partNumber: number, body: Buffer): Promise<string> {
  const action = 's3:UploadPart';
  const response = await upload.client.send({
    location: upload.location,
    action,
    method: 'PUT',
    query: `partNumber=${partNumber}&uploadId=${encodeURIComponent(upload.uploadId)}`,
    headers: { 'content-length': String(body.length), 'content-type': 'application/octet-stream' },
    body,
    idleTimeoutMs: 30_000,
  });
  await readBody(response, action);
  return headerOf(response, 'etag') ?? '';
}

async function completeUpload(upload: Upload, eTags: readonly string[], bytes: number): Promise<string> {
  const list = eTags.map((eTag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${eTag}</ETag></Part>`);
  const xml = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`;
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToComplete(upload, Buffer.from(xml));
    } catch (error) {
      upload.client.signal?.throwIfAborted();
      if (!(error instanceof AwsCallError)) throw error;
      // The upload is gone when an earlier try succeeded but its answer was lost.
      if (error.code === 'NoSuchUpload') return await eTagOfCompleted(upload, eTags.length, bytes, error);
      if (!error.retryable || attempt >= upload.client.attempts) throw error;
      await upload.client.backOff(attempt, error.retryAfterMs);
    }
  }
}

async function tryToComplete(upload: Upload, body: Buffer): Promise<string> {
  const action = 's3:CompleteMultipartUpload';
  const response = await upload.client.send({
    location: upload.location,
    action,
    method: 'POST',
    query: `uploadId=${encodeURIComponent(upload.uploadId)}`,
    headers: { 'content-type': 'application/xml', 'content-length': String(body.length) },
    body,
    idleTimeoutMs: COMPLETE_IDLE_TIMEOUT_MS,
  });
  const xml = (await readBody(response, action)).toString('utf8');
  const eTag = xmlText(xml, 'ETag');
  // S3 sends the status before it knows the outcome, so a failure may come with 200.
  if (eTag === undefined) throw s3ErrorOf(xml, { action, status: response.statusCode ?? 0 });
  return eTag;
}

async function eTagOfCompleted(upload: Upload, parts: number, bytes: number, error: AwsCallError): Promise<string> {
  const head = await headObject(upload.client, upload.location).catch(() => undefined);
  if (head?.size === bytes && head.eTag.replaceAll('"', '').endsWith(`-${parts}`)) return head.eTag;
  throw error;
}

/** Frees what the parts take up. Best effort: the failure that led here matters more, and a lifecycle rule may help. */
async function abortUpload(upload: Upload): Promise<void> {
  const action = 's3:AbortMultipartUpload';
  await upload.client
    .withSignal(AbortSignal.timeout(ABORT_TIMEOUT_MS))
    .send({
      location: upload.location,
      action,
      method: 'DELETE',
      query: `uploadId=${encodeURIComponent(upload.uploadId)}`,
    })
    .then((response) => readBody(response, action))
    .catch(() => undefined);
}

/** How long giving up may take, in milliseconds: the job's own end may be near. */
const ABORT_TIMEOUT_MS = 5000;
