import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectVersion } from './bucket.ts';
import { compareKeys, listKeys } from './key-listing.ts';
import { quoted } from './object-attributes.ts';
import { countOf, queryOf, type S3Call, type S3Operation, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';

/** The most entries of one page. */
const LARGEST_PAGE = 1000;

/** ListObjects, ListObjectsV2 and ListObjectVersions. */
export function createListOperations({ kernel, store, permissions }: S3Parts): Record<string, S3Operation> {
  const owner = { ID: kernel.accountId, DisplayName: kernel.accountId };

  /** What the three listings have in common; asks for the permission first. */
  function open(call: S3Call, action: string) {
    const bucket = store.bucket(call.bucket);
    const prefix = queryOf(call, 'prefix') ?? '';
    const delimiter = queryOf(call, 'delimiter') ?? '';
    const maxKeys = Math.min(LARGEST_PAGE, countOf(call, 'max-keys', LARGEST_PAGE));
    permissions.bucket(call.context, action, bucket, {
      's3:prefix': prefix,
      's3:delimiter': delimiter,
      's3:max-keys': String(maxKeys),
    });
    const encodingType = queryOf(call, 'encoding-type');
    if (encodingType !== undefined && encodingType !== 'url') {
      throw new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request');
    }
    const encode = (text: string) => (encodingType === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
    const common = {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: maxKeys,
      EncodingType: encodingType,
    };
    return { bucket, prefix, delimiter, maxKeys, encode, common };
  }

  const entryOf = (version: ObjectVersion, encode: (text: string) => string) => ({
    Key: encode(version.key),
    LastModified: new Date(version.lastModified).toISOString(),
    ETag: quoted(version.eTag),
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType: version.checksum?.type,
    Size: version.size,
    StorageClass: version.headers['x-amz-storage-class'] ?? 'STANDARD',
  });

  function listCurrent(call: S3Call, after: string) {
    const { bucket, prefix, delimiter, maxKeys, encode, common } = open(call, 's3:ListBucket');
    const present = [...bucket.versions.keys()].filter((key) => !store.current(bucket, key)?.deleteMarker);
    const page = listKeys(present, { prefix, delimiter, maxKeys, after });
    const versions = page.keys.flatMap((key) => store.current(bucket, key) ?? []);
    const CommonPrefixes = page.commonPrefixes.map((common) => ({ Prefix: encode(common) }));
    return { page, versions, CommonPrefixes, encode, common };
  }

  return {
    ListObjectsV2(call) {
      const token = queryOf(call, 'continuation-token');
      const startAfter = queryOf(call, 'start-after');
      const after = token === undefined ? (startAfter ?? '') : decodeToken(token);
      const { page, versions, CommonPrefixes, encode, common } = listCurrent(call, after);
      const withOwner = queryOf(call, 'fetch-owner') === 'true' ? { Owner: owner } : {};
      sendXml(call, 'ListBucketResult', {
        ...common,
        StartAfter: startAfter === undefined ? undefined : encode(startAfter),
        ContinuationToken: token,
        NextContinuationToken: page.isTruncated ? encodeToken(page.last ?? '') : undefined,
        KeyCount: page.keys.length + page.commonPrefixes.length,
        IsTruncated: page.isTruncated,
        Contents: versions.map((version) => ({ ...entryOf(version, encode), ...withOwner })),
        CommonPrefixes,
      });
    },

    ListObjects(call) {
      const marker = queryOf(call, 'marker') ?? '';
      const { page, versions, CommonPrefixes, encode, common } = listCurrent(call, marker);
      sendXml(call, 'ListBucketResult', {
        ...common,
        Marker: encode(marker),
        // Without a delimiter S3 leaves the next marker out; a client takes the last key then.
        NextMarker: page.isTruncated && common.Delimiter !== undefined ? encode(page.last ?? '') : undefined,
        IsTruncated: page.isTruncated,
        Contents: versions.map((version) => ({ ...entryOf(version, encode), Owner: owner })),
        CommonPrefixes,
      });
    },

    ListObjectVersions(call) {
      const { bucket, prefix, delimiter, maxKeys, encode, common } = open(call, 's3:ListBucketVersions');
      const keyMarker = queryOf(call, 'key-marker') ?? '';
      const versionMarker = queryOf(call, 'version-id-marker') ?? '';
      const listing = listKeys(bucket.versions.keys(), {
        prefix,
        delimiter,
        maxKeys: Number.POSITIVE_INFINITY,
        after: versionMarker === '' ? keyMarker : '',
      });
      const following = listing.keys
        .filter((key) => compareKeys(key, keyMarker) >= 0)
        .flatMap((key) => versionsAfter(bucket.versions.get(key) ?? [], key === keyMarker ? versionMarker : ''));
      const page = following.slice(0, maxKeys);
      const last = following.length > page.length ? page.at(-1) : undefined;
      const described = page.map((version) => ({
        isMarker: version.deleteMarker,
        entry: {
          ...(version.deleteMarker
            ? { Key: encode(version.key), LastModified: new Date(version.lastModified).toISOString() }
            : entryOf(version, encode)),
          VersionId: version.versionId,
          IsLatest: store.current(bucket, version.key) === version,
          Owner: owner,
        },
      }));
      sendXml(call, 'ListVersionsResult', {
        ...common,
        KeyMarker: encode(keyMarker),
        VersionIdMarker: versionMarker,
        NextKeyMarker: last === undefined ? undefined : encode(last.key),
        NextVersionIdMarker: last?.versionId,
        IsTruncated: last !== undefined,
        Version: described.filter(({ isMarker }) => !isMarker).map(({ entry }) => entry),
        DeleteMarker: described.filter(({ isMarker }) => isMarker).map(({ entry }) => entry),
        CommonPrefixes: listing.commonPrefixes.map((commonPrefix) => ({ Prefix: encode(commonPrefix) })),
      });
    },
  };
}

function versionsAfter(versions: readonly ObjectVersion[], marker: string): readonly ObjectVersion[] {
  const index = versions.findIndex(({ versionId }) => versionId === marker);
  return versions.slice(index + 1);
}

function encodeToken(last: string): string {
  return Buffer.from(last).toString('base64url');
}

/** @throws AwsError InvalidArgument */
function decodeToken(token: string): string {
  const last = Buffer.from(token, 'base64url').toString();
  if (encodeToken(last) === token && last !== '') return last;
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect', {
    members: { ArgumentName: 'continuation-token', ArgumentValue: token },
  });
}
