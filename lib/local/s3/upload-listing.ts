import { AwsError } from '../kernel/aws-error.ts';
import type { Upload } from './bucket.ts';
import { listEntries } from './key-listing.ts';
import { readListRequest } from './list-request.ts';
import { queryOf, type S3Call, type S3Operation, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';

/** ListMultipartUploads: by key, and those of one key as they were begun. */
export function createUploadListing({ kernel, store, permissions }: S3Parts): S3Operation {
  const owner = { ID: kernel.accountId, DisplayName: kernel.accountId };

  return (call) => {
    const bucket = store.bucket(call.bucket);
    const { prefix, delimiter, max, encodingType, encode, keys } = readListRequest(call, 'max-uploads');
    permissions.bucket(call.context, 's3:ListBucketMultipartUploads', bucket, keys);
    const after = queryOf(call, 'key-marker') ?? '';
    const marker = markerOf(call, after, bucket.uploads);
    const uploads = [...bucket.uploads.values()].sort((a, b) => a.initiated - b.initiated);
    const later = marker === undefined ? [] : uploads.slice(uploads.indexOf(marker) + 1);
    const page = listEntries(uploads, { prefix, delimiter, maxKeys: max, after }, (upload) => later.includes(upload));
    const last = page.isTruncated ? page.last : page.entries.at(-1);
    sendXml(call, 'ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: encode(after),
      UploadIdMarker: marker?.uploadId ?? '',
      NextKeyMarker: last === undefined ? '' : encode(typeof last === 'string' ? last : last.key),
      NextUploadIdMarker: typeof last === 'object' ? last.uploadId : '',
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: encodingType,
      MaxUploads: max,
      IsTruncated: page.isTruncated,
      Upload: page.entries.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiator: owner,
        Owner: owner,
        StorageClass: upload.headers['x-amz-storage-class'] ?? 'STANDARD',
        Initiated: new Date(upload.initiated).toISOString(),
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
      })),
      CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    });
  };
}

/** The upload after which a page begins; without the marker of a key S3 passes over that of an upload. @throws AwsError InvalidArgument */
function markerOf(call: S3Call, keyMarker: string, uploads: ReadonlyMap<string, Upload>): Upload | undefined {
  const id = queryOf(call, 'upload-id-marker') ?? '';
  if (id === '' || keyMarker === '') return undefined;
  const upload = uploads.get(id);
  if (upload?.key === keyMarker) return upload;
  throw new AwsError('InvalidArgument', 'Invalid uploadId marker', {
    members: { ArgumentName: 'upload-id-marker', ArgumentValue: id },
  });
}
