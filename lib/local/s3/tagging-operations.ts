import { AwsError } from '../kernel/aws-error.ts';
import { documentOf } from './document.ts';
import { findReadable, type ReadIntent, tagObject } from './object-access.ts';
import { versionHeader } from './object-attributes.ts';
import { type S3Call, type S3Operation, sendEmpty, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { MOST_BUCKET_TAGS, parseTagDocument, tagDocument } from './tags.ts';
import { versionIdOf } from './version-id.ts';
import { parseXml } from './xml.ts';

/** The tags of objects and buckets. */
export function createTaggingOperations(parts: S3Parts): Record<string, S3Operation> {
  function find(call: S3Call, action: ReadIntent['action']) {
    const versionId = versionIdOf(call);
    const found = findReadable(parts, call.context, { bucket: call.bucket, key: call.key, versionId, action });
    const header = versionHeader(found.version, found.bucket.versioning !== undefined);
    return { ...found, headers: { 'x-amz-version-id': header } };
  }

  return {
    GetObjectTagging(call) {
      const { version, headers } = find(call, 's3:GetObjectTagging');
      sendXml(call, 'Tagging', tagDocument(version.tags), headers);
    },
    async PutObjectTagging(call) {
      const tags = parseTagDocument(parseXml(await documentOf(call)));
      const { bucket, version, headers } = find(call, 's3:PutObjectTagging');
      tagObject(parts, call.context, bucket, version, tags);
      sendEmpty(call, 200, headers);
    },
    DeleteObjectTagging(call) {
      const { bucket, version, headers } = find(call, 's3:DeleteObjectTagging');
      tagObject(parts, call.context, bucket, version, {});
      sendEmpty(call, 204, headers);
    },

    GetBucketTagging(call) {
      const bucket = parts.store.bucket(call.bucket);
      parts.permissions.bucket(call.context, 's3:GetBucketTagging', bucket);
      if (bucket.tags === undefined) {
        throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', {
          status: 404,
          members: { BucketName: bucket.name },
        });
      }
      sendXml(call, 'Tagging', tagDocument(bucket.tags));
    },
    async PutBucketTagging(call) {
      const bucket = parts.store.bucket(call.bucket);
      parts.permissions.bucket(call.context, 's3:PutBucketTagging', bucket);
      bucket.tags = parseTagDocument(parseXml(await documentOf(call)), MOST_BUCKET_TAGS);
      sendEmpty(call, 204);
    },
    // To delete them asks for the same permission as to put them.
    DeleteBucketTagging(call) {
      const bucket = parts.store.bucket(call.bucket);
      parts.permissions.bucket(call.context, 's3:PutBucketTagging', bucket);
      bucket.tags = undefined;
      sendEmpty(call, 204);
    },
  };
}
