import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ObjectVersion } from './bucket.ts';
import { type ByteRange, parseRange } from './byte-range.ts';
import { findReadable } from './object-access.ts';
import { checksumHeaders, objectHeaders } from './object-attributes.ts';
import { checkReadConditions } from './preconditions.ts';
import { headerOf, queryOf, type S3Call, type S3Operation, sendEmpty, setHeaders } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';

/** Response headers that a signed GetObject may override by query. */
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

/** GetObject and HeadObject. */
export function createReadOperations(parts: S3Parts): Record<string, S3Operation> {
  async function read(call: S3Call, withBody: boolean): Promise<void> {
    const { bucket, version } = findReadable(parts, call.context, {
      bucket: call.bucket,
      key: call.key,
      versionId: queryOf(call, 'versionId'),
      action: 's3:GetObject',
    });
    const headers = objectHeaders(version, bucket.versioning !== undefined);
    if (checkReadConditions(call.request, version) === 'not-modified') {
      const { etag, 'last-modified': lastModified, 'x-amz-version-id': versionId } = headers;
      sendEmpty(call, 304, { etag, 'last-modified': lastModified, 'x-amz-version-id': versionId });
      return;
    }
    const range = parseRange(headerOf(call.request, 'range'), version.size);
    setHeaders(call.response, headers);
    setHeaders(call.response, overridesOf(call));
    if (range === undefined && headerOf(call.request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
      setHeaders(call.response, checksumHeaders(version.checksum));
    }
    call.response.statusCode = range === undefined ? 200 : 206;
    call.response.setHeader('content-length', range === undefined ? version.size : range.end - range.start + 1);
    if (range !== undefined) {
      call.response.setHeader('content-range', `bytes ${range.start}-${range.end}/${version.size}`);
    }
    if (withBody) await sendBytes(call, version, range);
    else call.response.end();
  }

  return { GetObject: (call) => read(call, true), HeadObject: (call) => read(call, false) };
}

function overridesOf(call: S3Call): Record<string, string | undefined> {
  return Object.fromEntries(OVERRIDES.map((name) => [name, queryOf(call, `response-${name}`)]));
}

async function sendBytes(call: S3Call, version: ObjectVersion, range: ByteRange | undefined): Promise<void> {
  if (version.size === 0) {
    call.response.end();
    return;
  }
  try {
    await pipeline(createReadStream(version.file, range), call.response);
  } catch (error) {
    // A reader that goes away in the middle is no failure of the service.
    if (!call.response.destroyed) throw error;
  }
}
