import { AwsError } from '../kernel/aws-error.ts';
import { type CopySource, parseCopySource } from './copy-source.ts';
import { encryptionContext, encryptionHeaders, requestedEncryption } from './encryption.ts';
import { withNewFile } from './new-file.ts';
import { authorizeWrite, commitObject, findReadable } from './object-access.ts';
import { checksumHeaders, quoted, systemHeaders, userMetadata, versionHeader } from './object-attributes.ts';
import { checkReadConditions, checkWriteConditions } from './preconditions.ts';
import { receiveBody } from './receive-body.ts';
import { refuseHeaders } from './refused-headers.ts';
import { headerOf, type S3Call, type S3Operation, sendEmpty, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { shareBytes } from './share-bytes.ts';
import { parseTagHeader } from './tags.ts';

/** PutObject and CopyObject. */
export function createWriteOperations(parts: S3Parts): Record<string, S3Operation> {
  const { kernel, store, permissions } = parts;

  return {
    async PutObject(call) {
      const { request, context: caller, key } = call;
      const bucket = store.bucket(call.bucket);
      refuseHeaders(request);
      const headers = systemHeaders(request);
      const metadata = userMetadata(request);
      const tags = parseTagHeader(headerOf(request, 'x-amz-tagging'));
      const encryption = requestedEncryption(kernel, request, bucket.defaultEncryption);
      authorizeWrite(parts, caller, { bucket, key, tags, encryption, context: encryptionContext(kernel, request) });
      checkWriteConditions(request, store.current(bucket, key), key);
      const version = await withNewFile(store, async (file) => {
        const bytes = await receiveBody(request, file);
        // Somebody else may have written while the body came.
        checkWriteConditions(request, store.current(bucket, key), key);
        return commitObject(parts, caller, bucket, { key, headers, metadata, tags, encryption, ...bytes });
      });
      sendEmpty(call, 200, {
        etag: quoted(version.eTag),
        'x-amz-version-id': versionHeader(version, bucket.versioning !== undefined),
        ...encryptionHeaders(version.encryption),
        ...checksumHeaders(version.checksum),
      });
    },

    async CopyObject(call) {
      const { request, context: caller, key } = call;
      const copySource = parseCopySource(headerOf(request, 'x-amz-copy-source'));
      const { bucket: sourceBucket, version: source } = findReadable(parts, caller, {
        ...copySource,
        action: 's3:GetObject',
      });
      checkReadConditions(request, source, { now: kernel.clock.now(), prefix: 'x-amz-copy-source-' });
      const bucket = store.bucket(call.bucket);
      const replaces = isReplacing(call, 'x-amz-metadata-directive');
      const replacesTags = isReplacing(call, 'x-amz-tagging-directive');
      if (!replaces) refuseCopyOntoItself(call, copySource);
      if (!replacesTags && Object.keys(source.tags).length > 0) {
        permissions.object(caller, 's3:GetObjectTagging', sourceBucket, source.key);
      }
      const headers = replaces ? systemHeaders(request) : source.headers;
      const metadata = replaces ? userMetadata(request) : source.metadata;
      const tags = replacesTags ? parseTagHeader(headerOf(request, 'x-amz-tagging')) : source.tags;
      const encryption = requestedEncryption(kernel, request, bucket.defaultEncryption);
      authorizeWrite(parts, caller, { bucket, key, tags, encryption, context: encryptionContext(kernel, request) });
      const version = await withNewFile(store, async (file) => {
        const bytes = await shareBytes(source, file);
        checkWriteConditions(request, store.current(bucket, key), key);
        return commitObject(parts, caller, bucket, { key, headers, metadata, tags, encryption, ...bytes });
      });
      sendXml(
        call,
        'CopyObjectResult',
        { LastModified: new Date(version.lastModified).toISOString(), ETag: quoted(version.eTag) },
        {
          'x-amz-version-id': versionHeader(version, bucket.versioning !== undefined),
          'x-amz-copy-source-version-id': versionHeader(source, sourceBucket.versioning !== undefined),
          ...encryptionHeaders(version.encryption),
        },
      );
    },
  };
}

function isReplacing(call: S3Call, header: string): boolean {
  return headerOf(call.request, header)?.toUpperCase() === 'REPLACE';
}

function refuseCopyOntoItself(call: S3Call, source: CopySource): void {
  const isSame = source.bucket === call.bucket && source.key === call.key && source.versionId === undefined;
  if (!isSame || headerOf(call.request, 'x-amz-server-side-encryption') !== undefined) return;
  if (headerOf(call.request, 'x-amz-storage-class') !== undefined) return;
  const message =
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
  throw new AwsError('InvalidRequest', message);
}
