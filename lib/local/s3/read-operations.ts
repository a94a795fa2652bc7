import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectPart, ObjectVersion } from './bucket.ts';
import { type ByteRange, parseRange } from './byte-range.ts';
import { headerOf } from './header-of.ts';
import { findReadable } from './object-access.ts';
import { checksumHeaders, objectHeaders } from './object-attributes.ts';
import { type PartRange, partRange } from './part-range.ts';
import { checkReadConditions } from './preconditions.ts';
import { queryOf, type S3Call, type S3Operation, sendEmpty, setHeaders } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { versionIdOf } from './version-id.ts';

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
      versionId: versionIdOf(call),
      action: 's3:GetObject',
    });
    const headers = objectHeaders(version, bucket.versioning !== undefined);
    if (checkReadConditions(call.request, version, { now: parts.kernel.clock.now() }) === 'not-modified') {
      const { etag, 'last-modified': lastModified, 'x-amz-version-id': versionId } = headers;
      sendEmpty(call, 304, { etag, 'last-modified': lastModified, 'x-amz-version-id': versionId });
      return;
    }
    const wanted = wantedOf(call, version);
    const { range } = wanted;
    setHeaders(call.response, headers);
    if (version.parts !== undefined && wanted.part !== undefined) {
      call.response.setHeader('x-amz-mp-parts-count', version.parts.length);
    }
    setHeaders(call.response, overridesOf(call));
    if (headerOf(call.request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
      if (wanted.part !== undefined) setHeaders(call.response, partChecksum(version, wanted.part));
      else if (range === undefined) setHeaders(call.response, checksumHeaders(version.checksum));
    }
    call.response.statusCode = range === undefined && wanted.part === undefined ? 200 : 206;
    call.response.setHeader('content-length', range === undefined ? version.size : range.end - range.start + 1);
    if (range !== undefined) {
      call.response.setHeader('content-range', `bytes ${range.start}-${range.end}/${version.size}`);
    }
    if (withBody) await sendBytes(call, version, range);
    else call.response.end();
  }

  return { GetObject: (call) => read(call, true), HeadObject: (call) => read(call, false) };
}

/** What of an object is wanted: a range, a part, or all of it. @throws AwsError InvalidRequest */
function wantedOf(call: S3Call, version: ObjectVersion): Partial<PartRange> {
  const header = headerOf(call.request, 'range');
  const number = queryOf(call, 'partNumber');
  if (number === undefined) return { range: parseRange(header, version.size) };
  if (header === undefined) return partRange(version, number);
  throw new AwsError('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
}

/** A part's own checksum, where the whole object's was asked for when the upload began. */
function partChecksum(version: ObjectVersion, part: ObjectPart): ReturnType<typeof checksumHeaders> {
  if (version.checksum === undefined || part.checksum === undefined) return {};
  return checksumHeaders({ ...part.checksum, type: version.checksum.type });
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
