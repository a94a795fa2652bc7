import { AwsError } from '../kernel/aws-error.ts';
import { actionsOf, admitWrite } from './admit-write.ts';
import { assembleParts } from './assemble-parts.ts';
import type { Bucket, Upload } from './bucket.ts';
import { copyRange } from './byte-range.ts';
import { checkChecksumMode, checkWhole, readPartList } from './complete-request.ts';
import { copyBytes } from './copy-bytes.ts';
import { parseCopySource } from './copy-source.ts';
import { documentWithoutChecksum } from './document.ts';
import { encryptionHeaders, requestedEncryption } from './encryption.ts';
import { headerOf } from './header-of.ts';
import { withNewFile } from './new-file.ts';
import { uploadChecksum } from './new-upload.ts';
import { commitObject, findReadable } from './object-access.ts';
import {
  checksumHeaders,
  checksumMembers,
  quoted,
  systemHeaders,
  userMetadata,
  versionHeader,
} from './object-attributes.ts';
import { checkReadConditions, checkWriteConditions } from './preconditions.ts';
import { receiveBody } from './receive-body.ts';
import { countOf, queryOf, type S3Call, type S3Operation, sendEmpty, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { parseTagHeader } from './tags.ts';
import { createUploadListing } from './upload-listing.ts';

/** The highest part number. */
const MOST_PARTS = 10_000;

/** The operations of multipart uploads. */
export function createMultipartOperations(parts: S3Parts): Record<string, S3Operation> {
  const { kernel, store, permissions } = parts;

  function find(call: S3Call, action: string): { bucket: Bucket; upload: Upload } {
    const bucket = store.bucket(call.bucket);
    permissions.object(call.context, action, bucket, call.key);
    const upload = bucket.uploads.get(queryOf(call, 'uploadId') ?? '');
    if (upload?.key === call.key) return { bucket, upload };
    const message =
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
    throw new AwsError('NoSuchUpload', message, { status: 404, members: { UploadId: queryOf(call, 'uploadId') } });
  }

  function storePart(upload: Upload, number: number, bytes: Awaited<ReturnType<typeof receiveBody>>): void {
    const replaced = upload.parts.get(number);
    upload.parts.set(number, { ...bytes, lastModified: kernel.clock.now() });
    if (replaced !== undefined) store.dropFile(replaced.file);
  }

  return {
    CreateMultipartUpload(call) {
      const { request, context: caller, key } = call;
      const bucket = store.bucket(call.bucket);
      const tags = parseTagHeader(headerOf(request, 'x-amz-tagging'));
      const encryption = requestedEncryption(kernel, request, bucket.defaultEncryption);
      admitWrite(parts, call, { bucket, key, tags, encryption });
      // Each part is read again when the upload is completed, so S3 wants the right to decrypt as well.
      permissions.useKey(caller, encryption, 'kms:Decrypt');
      const checksum = uploadChecksum(request);
      const uploadId = Buffer.from(kernel.uuid() + kernel.uuid()).toString('base64url');
      bucket.uploads.set(uploadId, {
        uploadId,
        key,
        tags,
        encryption,
        headers: systemHeaders(request),
        metadata: userMetadata(request),
        initiated: kernel.clock.now(),
        parts: new Map(),
        ...checksum,
      });
      sendXml(
        call,
        'InitiateMultipartUploadResult',
        { Bucket: bucket.name, Key: key, UploadId: uploadId },
        {
          ...encryptionHeaders(encryption),
          'x-amz-checksum-algorithm': checksum.checksumAlgorithm,
          'x-amz-checksum-type': checksum.checksumType,
        },
      );
    },

    async UploadPart(call) {
      const { upload } = find(call, 's3:PutObject');
      const number = partNumberOf(call);
      const bytes = await withNewFile(store, async (file) => {
        const received = await receiveBody(call.request, file, upload.checksumAlgorithm);
        find(call, 's3:PutObject');
        storePart(upload, number, received);
        return received;
      });
      sendEmpty(call, 200, {
        etag: quoted(bytes.eTag),
        ...encryptionHeaders(upload.encryption),
        ...checksumHeaders(bytes.checksum),
        'x-amz-checksum-type': undefined,
      });
    },

    async UploadPartCopy(call) {
      const { upload } = find(call, 's3:PutObject');
      const number = partNumberOf(call);
      const { version: source } = findReadable(parts, call.context, {
        ...parseCopySource(headerOf(call.request, 'x-amz-copy-source')),
        action: 's3:GetObject',
      });
      checkReadConditions(call.request, source, { now: kernel.clock.now(), prefix: 'x-amz-copy-source-' });
      const range = copyRange(headerOf(call.request, 'x-amz-copy-source-range'), source.size);
      const bytes = await withNewFile(store, async (file) => {
        const copied = await copyBytes([{ file: source.file, range }], file, upload.checksumAlgorithm);
        find(call, 's3:PutObject');
        storePart(upload, number, copied);
        return copied;
      });
      const LastModified = new Date(kernel.clock.now()).toISOString();
      const { ChecksumType: _type, ...checksum } = checksumMembers(bytes.checksum);
      const result = { LastModified, ETag: quoted(bytes.eTag), ...checksum };
      sendXml(call, 'CopyPartResult', result, encryptionHeaders(upload.encryption));
    },

    async CompleteMultipartUpload(call) {
      const { request, context: caller, key } = call;
      const { bucket, upload } = find(call, 's3:PutObject');
      for (const action of actionsOf(request)) permissions.object(caller, action, bucket, key);
      checkChecksumMode(request, upload);
      const wanted = readPartList(await documentWithoutChecksum(call));
      checkWriteConditions(request, store.current(bucket, key), key);
      const version = await withNewFile(store, async (file) => {
        const bytes = await assembleParts(upload, wanted, file);
        checkWhole(request, bytes);
        // The upload may have been aborted, and another object written, while the parts were joined.
        find(call, 's3:PutObject');
        checkWriteConditions(request, store.current(bucket, key), key);
        bucket.uploads.delete(upload.uploadId);
        const { headers, metadata, tags, encryption } = upload;
        const content = { key, headers, metadata, tags, encryption, ...bytes };
        return commitObject(parts, caller, bucket, content, 'CompleteMultipartUpload');
      });
      for (const part of upload.parts.values()) store.dropFile(part.file);
      sendXml(
        call,
        'CompleteMultipartUploadResult',
        {
          Location: `${kernel.endpoint()}/${bucket.name}/${encodeURIComponent(key)}`,
          Bucket: bucket.name,
          Key: key,
          ETag: quoted(version.eTag),
          ...checksumMembers(version.checksum),
        },
        {
          'x-amz-version-id': versionHeader(version, bucket.versioning !== undefined),
          ...encryptionHeaders(version.encryption),
        },
      );
    },

    AbortMultipartUpload(call) {
      const { bucket, upload } = find(call, 's3:AbortMultipartUpload');
      bucket.uploads.delete(upload.uploadId);
      for (const part of upload.parts.values()) store.dropFile(part.file);
      sendEmpty(call, 204);
    },

    ListParts(call) {
      const { bucket, upload } = find(call, 's3:ListMultipartUploadParts');
      const marker = countOf(call, 'part-number-marker', 0);
      const maxParts = Math.min(1000, countOf(call, 'max-parts', 1000));
      const following = [...upload.parts].sort(([a], [b]) => a - b).filter(([number]) => number > marker);
      const page = following.slice(0, maxParts);
      sendXml(call, 'ListPartsResult', {
        Bucket: bucket.name,
        Key: upload.key,
        UploadId: upload.uploadId,
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.[0] ?? 0,
        MaxParts: maxParts,
        IsTruncated: following.length > page.length,
        StorageClass: 'STANDARD',
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
        Part: page.map(([PartNumber, part]) => ({
          PartNumber,
          LastModified: new Date(part.lastModified).toISOString(),
          ETag: quoted(part.eTag),
          Size: part.size,
          ...(part.checksum === undefined ? {} : { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
        })),
      });
    },

    ListMultipartUploads: createUploadListing(parts),
  };
}

function partNumberOf(call: S3Call): number {
  const number = countOf(call, 'partNumber', 0);
  if (number >= 1 && number <= MOST_PARTS) return number;
  throw new AwsError('InvalidArgument', `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`, {
    members: { ArgumentName: 'partNumber', ArgumentValue: queryOf(call, 'partNumber') },
  });
}
