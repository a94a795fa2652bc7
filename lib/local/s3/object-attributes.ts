import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectVersion } from './bucket.ts';
import { encryptionHeaders } from './encryption.ts';
import { headerOf } from './header-of.ts';

/** The system headers that S3 keeps with an object and gives back, and that a copy has from its source. */
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

const STORAGE_CLASS = 'x-amz-storage-class';
const REDIRECT = 'x-amz-website-redirect-location';
/** Those of general purpose buckets (API reference, PutObject). */
const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
];

/**
 * The system headers of a write; the framing `aws-chunked` is no part of the stored encoding.
 *
 * @throws AwsError InvalidStorageClass, InvalidRedirectLocation
 */
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
  return { ...headers, ...placeHeaders(request) };
}

/** The system headers of a copy that keeps its source's metadata: where it lies, and leads, is its own request's choice. */
export function copiedHeaders(source: ObjectVersion, request: IncomingMessage): Record<string, string> {
  const { [STORAGE_CLASS]: _class, [REDIRECT]: _redirect, ...headers } = source.headers;
  return { ...headers, ...placeHeaders(request) };
}

function placeHeaders(request: IncomingMessage): Record<string, string> {
  const storageClass = headerOf(request, STORAGE_CLASS) ?? 'STANDARD';
  const redirect = headerOf(request, REDIRECT);
  if (!STORAGE_CLASSES.includes(storageClass)) {
    throw new AwsError('InvalidStorageClass', 'The storage class you specified is not valid', {
      members: { StorageClassRequested: storageClass },
    });
  }
  if (redirect !== undefined && !/^(\/|https?:\/\/)/.test(redirect)) {
    const message = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
    throw new AwsError('InvalidRedirectLocation', message);
  }
  return {
    ...(storageClass === 'STANDARD' ? {} : { [STORAGE_CLASS]: storageClass }),
    ...(redirect === undefined ? {} : { [REDIRECT]: redirect }),
  };
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

/** The members of a checksum, for documents that tell it. */
export function checksumMembers(checksum: ObjectVersion['checksum']): Record<string, string> {
  if (checksum === undefined) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

/** The headers of a checksum, for responses that tell it. */
export function checksumHeaders(checksum: ObjectVersion['checksum']): Record<string, string | undefined> {
  if (checksum === undefined) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}
