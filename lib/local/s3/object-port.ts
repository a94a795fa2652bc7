import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectPort, StoredObject } from '../kernel/ports.ts';
import type { Bucket, Encryption, ObjectVersion } from './bucket.ts';
import { removeObject } from './delete-operations.ts';
import { createEncryption } from './encryption.ts';
import { withNewFile } from './new-file.ts';
import { authorizeWrite, commitObject, findReadable, tagObject } from './object-access.ts';
import type { S3Parts } from './s3-parts.ts';
import { shareBytes } from './share-bytes.ts';
import { checkTags } from './tags.ts';

/** S3 for the other services of the local cloud. */
export function createObjectPort(parts: S3Parts): ObjectPort {
  const { kernel, store, permissions } = parts;

  /** The version that a stored object was told of. @throws AwsError NoSuchKey where it is gone by now */
  function versionOf({ bucket, key, file }: StoredObject): ObjectVersion {
    const found = store
      .bucket(bucket)
      .versions.get(key)
      ?.find((version) => version.file === file);
    if (found !== undefined) return found;
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, members: { Key: key } });
  }

  return {
    get(principal, bucket, key, versionId) {
      const found = findReadable(parts, permissions.callerOf(principal), {
        bucket,
        key,
        versionId,
        action: 's3:GetObject',
      });
      return storedObjectOf(found.bucket, found.version);
    },

    put(principal, bucketName, key, body, options = {}) {
      const caller = permissions.callerOf(principal);
      const bucket = store.bucket(bucketName);
      const tags = checkTags(Object.entries(options.tags ?? {}));
      const { kmsKeyId } = options;
      const encryption: Encryption =
        kmsKeyId === undefined ? bucket.defaultEncryption : createEncryption(kernel, 'aws:kms', kmsKeyId);
      const context = {
        's3:x-amz-server-side-encryption': kmsKeyId === undefined ? undefined : encryption.algorithm,
        's3:x-amz-server-side-encryption-aws-kms-key-id': kmsKeyId === undefined ? undefined : encryption.keyId,
      };
      authorizeWrite(parts, caller, { bucket, key, tags, encryption, context });
      const file = store.newFile();
      writeFileSync(file, body, { flag: 'wx' });
      const content = {
        key,
        file,
        tags,
        encryption,
        size: body.length,
        eTag: createHash('md5').update(body).digest('hex'),
        headers: options.contentType === undefined ? {} : { 'content-type': options.contentType },
        metadata: options.metadata ?? {},
      };
      const version = commitObject(parts, caller, bucket, content, 'PutObject');
      return storedObjectOf(bucket, version);
    },

    async copy(principal, source, bucketName, key) {
      const caller = permissions.callerOf(principal);
      const version = versionOf(source);
      const bucket = store.bucket(bucketName);
      const { headers, metadata, tags } = version;
      const encryption = bucket.defaultEncryption;
      authorizeWrite(parts, caller, { bucket, key, tags, encryption, context: {} });
      return withNewFile(store, async (file) => {
        const bytes = await shareBytes(version, file);
        const content = { key, headers, metadata, tags, encryption, ...bytes };
        const copy = commitObject(parts, caller, bucket, content, 'CopyObject');
        return storedObjectOf(bucket, copy);
      });
    },

    delete(principal, bucket, key) {
      removeObject(parts, permissions.callerOf(principal), bucket, key);
    },

    tag(principal, bucketName, key, tags) {
      const checked = checkTags(Object.entries(tags));
      const caller = permissions.callerOf(principal);
      const { bucket, version } = findReadable(parts, caller, {
        bucket: bucketName,
        key,
        action: 's3:PutObjectTagging',
      });
      tagObject(parts, caller, bucket, version, checked);
    },
  };
}

function storedObjectOf(bucket: Bucket, version: ObjectVersion): StoredObject {
  const { key, eTag, size, file, tags, metadata, encryption } = version;
  return {
    bucket: bucket.name,
    key,
    eTag,
    size,
    file,
    tags,
    metadata,
    serverSideEncryption: encryption.algorithm,
    ...(encryption.keyId === undefined ? {} : { kmsKeyId: encryption.keyId }),
    ...(bucket.versioning === undefined ? {} : { versionId: version.versionId }),
  };
}
