import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectVersion } from './bucket.ts';
import { encryptionHeaders } from './encryption.ts';
import { headerOf } from './s3-call.ts';

/** The system headers that S3 keeps with an object and gives back. */
const KEPT = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];
const METADATA_PREFIX = 'x-amz-meta-';
/** The most user metadata of one object, in bytes of names and values (S3 User Guide, "Working with object metadata"). */
const MOST_METADATA_BYTES = 2048;

/** The system headers of a write; the framing `aws-chunked` is no part of the stored encoding. */
export function systemHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of KEPT) {
    const value = headerOf(request, name);
    if (value !== undefined) headers[name] = value;
  }
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked');
  if (encoding.length === 0) delete headers['content-encoding'];
  else headers['content-encoding'] = encoding.join(',');
  const storageClass = headerOf(request, 'x-amz-storage-class');
  if (storageClass !== undefined && storageClass !== 'STANDARD') headers['x-amz-storage-class'] = storageClass;
  return headers;
}

/** The user metadata of a write. @throws AwsError MetadataTooLarge */
export function userMetadata(request: IncomingMessage): Record<string, string> {
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const header of Object.keys(request.headers)) {
    if (!header.startsWith(METADATA_PREFIX)) continue;
    const name = header.slice(METADATA_PREFIX.length);
    const value = headerOf(request, header) ?? '';
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value, 'latin1');
    metadata[name] = value;
  }
  if (bytes <= MOST_METADATA_BYTES) return metadata;
  const message = 'Your metadata headers exceed the maximum allowed metadata size';
  throw new AwsError('MetadataTooLarge', message, { members: { Size: bytes, MaxSizeAllowed: MOST_METADATA_BYTES } });
}

/** The version id header of a response; a bucket that never had versioning sends none. */
export function versionHeader(version: Pick<ObjectVersion, 'versionId'>, versioned: boolean): string | undefined {
  return versioned || version.versionId !== 'null' ? version.versionId : undefined;
}

/** The response headers that describe a version, as GetObject and HeadObject send them. */
export function objectHeaders(version: ObjectVersion, versioned: boolean): Record<string, string | number | undefined> {
  const tags = Object.keys(version.tags).length;
  return {
    'content-type': 'binary/octet-stream',
    ...version.headers,
    ...Object.fromEntries(Object.entries(version.metadata).map(([name, value]) => [METADATA_PREFIX + name, value])),
    ...encryptionHeaders(version.encryption),
    'accept-ranges': 'bytes',
    'last-modified': new Date(version.lastModified).toUTCString(),
    etag: quoted(version.eTag),
    'x-amz-version-id': versionHeader(version, versioned),
    'x-amz-tagging-count': tags === 0 ? undefined : tags,
  };
}

/** An eTag in the quotes that it wears in headers and documents. */
export function quoted(eTag: string): string {
  return `"${eTag}"`;
}

/** The headers of a checksum, for responses that tell it. */
export function checksumHeaders(checksum: ObjectVersion['checksum']): Record<string, string | undefined> {
  if (checksum === undefined) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}
