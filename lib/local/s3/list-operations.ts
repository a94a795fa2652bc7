import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectVersion } from './bucket.ts';
import { listEntries, listKeys } from './key-listing.ts';
import { decodeToken, encodeToken, readListRequest } from './list-request.ts';
import { quoted } from './object-attributes.ts';
import { queryOf, type S3Call, type S3Operation, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';

/** ListObjects, ListObjectsV2 and ListObjectVersions. */
export function createListOperations({ kernel, store, permissions }: S3Parts): Record<string, S3Operation> {
  const owner = { ID: kernel.accountId, DisplayName: kernel.accountId };

  /** What the three listings have in common; asks for the permission first. */
  function open(call: S3Call, action: string) {
    const bucket = store.bucket(call.bucket);
    const { prefix, delimiter, max, encode, encodingType, keys } = readListRequest(call, 'max-keys');
    permissions.bucket(call.context, action, bucket, keys);
    const common = {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: max,
      EncodingType: encodingType,
    };
    return { bucket, prefix, delimiter, maxKeys: max, encode, common };
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
      if (versionMarker !== '' && keyMarker === '') {
        const message = 'A version-id marker cannot be specified without a key marker.';
        throw new AwsError('InvalidArgument', message, {
          members: { ArgumentName: 'version-id-marker', ArgumentValue: versionMarker },
        });
      }
      const ofMarker = bucket.versions.get(keyMarker) ?? [];
      const begin = ofMarker.findIndex(({ versionId }) => versionId === versionMarker);
      const later = versionMarker === '' ? [] : ofMarker.slice(begin + 1);
      const page = listEntries(
        [...bucket.versions.values()].flat(),
        { prefix, delimiter, maxKeys, after: keyMarker },
        (version) => later.includes(version),
      );
      const last = page.isTruncated ? page.last : undefined;
      const described = page.entries.map((version) => ({
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
        NextKeyMarker: last === undefined ? undefined : encode(typeof last === 'string' ? last : last.key),
        NextVersionIdMarker: typeof last === 'object' ? last.versionId : undefined,
        IsTruncated: page.isTruncated,
        Version: described.filter(({ isMarker }) => !isMarker).map(({ entry }) => entry),
        DeleteMarker: described.filter(({ isMarker }) => isMarker).map(({ entry }) => entry),
        CommonPrefixes: page.commonPrefixes.map((commonPrefix) => ({ Prefix: encode(commonPrefix) })),
      });
    },
  };
}
