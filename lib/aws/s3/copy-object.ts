import { percentEncode } from '../percent-encode.ts';
import { xmlText } from '../xml.ts';
import type { S3Location, S3Version } from './bucket-address.ts';
import type { S3Client } from './s3-client.ts';
import { s3ErrorOf } from './s3-error.ts';
import { readBody } from './send-signed.ts';

/** The largest object that one request copies, in bytes: 5 GiB (S3 API Reference, CopyObject). */
export const LARGEST_COPY_BYTES = 5 * 1024 ** 3;

/** Copying within S3 may take minutes, in which it sends a blank now and then. */
const IDLE_TIMEOUT_MS = 120_000;

/**
 * Copies an object of at most {@link LARGEST_COPY_BYTES} within S3.
 *
 * @param ifMatch - fails with `PreconditionFailed` unless the source still has this ETag
 * @returns the ETag of the copy
 * @throws AwsCallError
 */
export async function copyObject(
  client: S3Client,
  source: S3Version,
  location: S3Location,
  ifMatch?: string,
): Promise<string> {
  const action = 's3:CopyObject';
  const version = source.versionId === undefined ? '' : `?versionId=${encodeURIComponent(source.versionId)}`;
  const path = [source.bucket, ...source.key.split('/')].map(percentEncode).join('/');
  const response = await client.send({
    location,
    action,
    method: 'PUT',
    headers: {
      'content-length': '0',
      'x-amz-copy-source': `${path}${version}`,
      ...(ifMatch === undefined ? {} : { 'x-amz-copy-source-if-match': ifMatch }),
    },
    idleTimeoutMs: IDLE_TIMEOUT_MS,
  });
  const xml = (await readBody(response, action)).toString('utf8');
  const eTag = xmlText(xml, 'ETag');
  // S3 sends the status before it knows the outcome, so a failure may come with 200.
  if (eTag === undefined) throw s3ErrorOf(xml, { action, status: response.statusCode ?? 0 });
  return eTag;
}
