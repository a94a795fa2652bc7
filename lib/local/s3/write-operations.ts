import { AwsError } from '../kernel/aws-error.ts';
import { admitWrite } from './admit-write.ts';
import { algorithmNamed } from './announced-checksum.ts';
import { type CopySource, parseCopySource } from './copy-source.ts';
import { encryptionHeaders, requestedEncryption } from './encryption.ts';
import { headerOf } from './header-of.ts';
import { withNewFile } from './new-file.ts';
import { commitObject, findReadable } from './object-access.ts';
import {
  checksumHeaders,
  checksumMembers,
  copiedHeaders,
  quoted,
  systemHeaders,
  userMetadata,
  versionHeader,
} from './object-attributes.ts';
import { checkReadConditions, checkWriteConditions } from './preconditions.ts';
import { receiveBody } from './receive-body.ts';
import { type S3Call, type S3Operation, sendEmpty, sendXml } from './s3-call.ts';
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
      const headers = systemHeaders(request);
      const metadata = userMetadata(request);
      const tags = parseTagHeader(headerOf(request, 'x-amz-tagging'));
      const encryption = requestedEncryption(kernel, request, bucket.defaultEncryption);
      admitWrite(parts, call, { bucket, key, tags, encryption });
      checkWriteConditions(request, store.current(bucket, key), key);
      const version = await withNewFile(store, async (file) => {
        const bytes = await receiveBody(request, file);
        // Somebody else may have written while the body came.
        checkWriteConditions(request, store.current(bucket, key), key);
        const content = { key, headers, metadata, tags, encryption, ...bytes };
        return commitObject(parts, caller, bucket, content, 'PutObject');
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
      const replaces = isReplacing(call, 'metadata');
      const replacesTags = isReplacing(call, 'tagging');
      const algorithm = algorithmNamed(headerOf(request, 'x-amz-checksum-algorithm'));
      if (!replaces) refuseCopyOntoItself(call, copySource);
      if (!replacesTags && Object.keys(source.tags).length > 0) {
        permissions.object(caller, 's3:GetObjectTagging', sourceBucket, source.key);
      }
      const headers = replaces ? systemHeaders(request) : copiedHeaders(source, request);
      const metadata = replaces ? userMetadata(request) : source.metadata;
      const tags = replacesTags ? parseTagHeader(headerOf(request, 'x-amz-tagging')) : source.tags;
      const encryption = requestedEncryption(kernel, request, bucket.defaultEncryption);
      admitWrite(parts, call, { bucket, key, tags, encryption });
      const version = await withNewFile(store, async (file) => {
        const bytes = await shareBytes(source, file, algorithm);
        checkWriteConditions(request, store.current(bucket, key), key);
        const content = { key, headers, metadata, tags, encryption, ...bytes };
        return commitObject(parts, caller, bucket, content, 'CopyObject');
      });
      sendXml(
        call,
        'CopyObjectResult',
        {
          LastModified: new Date(version.lastModified).toISOString(),
          ETag: quoted(version.eTag),
          ...checksumMembers(version.checksum),
        },
        {
          'x-amz-version-id': versionHeader(version, bucket.versioning !== undefined),
          'x-amz-copy-source-version-id': versionHeader(source, sourceBucket.versioning !== undefined),
          ...encryptionHeaders(version.encryption),
        },
      );
    },
  };
}

/** Whether a copy takes metadata or tags from its own request. @throws AwsError InvalidArgument */
function isReplacing(call: S3Call, what: 'metadata' | 'tagging'): boolean {
  const header = `x-amz-${what}-directive`;
  const directive = headerOf(call.request, header);
  if (directive === undefined || directive === '' || directive === 'COPY') return false;
  if (directive === 'REPLACE') return true;
  throw new AwsError('InvalidArgument', `Unknown ${what} directive.`, {
    members: { ArgumentName: header, ArgumentValue: directive },
  });
}

/** What a copy onto itself may change. */
const CHANGES = ['x-amz-server-side-encryption', 'x-amz-storage-class', 'x-amz-website-redirect-location'];

function refuseCopyOntoItself(call: S3Call, source: CopySource): void {
  const isSame = source.bucket === call.bucket && source.key === call.key && source.versionId === undefined;
  if (!isSame || CHANGES.some((name) => headerOf(call.request, name) !== undefined)) return;
  const message =
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
  throw new AwsError('InvalidRequest', message);
}
