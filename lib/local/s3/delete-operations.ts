import { AwsError } from '../kernel/aws-error.ts';
import type { Removal } from './object-store.ts';
import type { Caller } from './permissions.ts';
import { queryOf, type S3Operation, sendEmpty, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { existingTagContext } from './tags.ts';
import { childrenNamed, childText, malformedXml, parseXml, type XmlContent } from './xml.ts';

/** The most keys of one DeleteObjects. */
const MOST_KEYS = 1000;

/** DeleteObject and DeleteObjects. */
export function createDeleteOperations(parts: S3Parts): Record<string, S3Operation> {
  return {
    DeleteObject(call) {
      const removal = removeObject(parts, call.context, call.bucket, call.key, queryOf(call, 'versionId'));
      sendEmpty(call, 204, {
        'x-amz-version-id': removal.versionId,
        'x-amz-delete-marker': removal.deleteMarker ? 'true' : undefined,
      });
    },

    async DeleteObjects(call) {
      parts.store.bucket(call.bucket);
      const root = parseXml((await call.context.body()).toString());
      const objects = childrenNamed(root, 'Object');
      if (root.name !== 'Delete' || objects.length === 0 || objects.length > MOST_KEYS) throw malformedXml();
      const isQuiet = childText(root, 'Quiet') === 'true';
      const Deleted: XmlContent[] = [];
      const failures: XmlContent[] = [];
      for (const object of objects) {
        const Key = childText(object, 'Key') ?? '';
        const VersionId = childText(object, 'VersionId');
        try {
          const { deleteMarker, versionId } = removeObject(parts, call.context, call.bucket, Key, VersionId);
          const marker = deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {};
          if (!isQuiet) Deleted.push({ Key, VersionId, ...marker });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          failures.push({ Key, VersionId, Code: error.code, Message: error.message });
        }
      }
      sendXml(call, 'DeleteResult', { Deleted, Error: failures });
    },
  };
}

/** Deletes an object or one of its versions, when the caller may. @throws AwsError NoSuchBucket, AccessDenied */
export function removeObject(
  { store, permissions }: S3Parts,
  caller: Caller,
  bucketName: string,
  key: string,
  versionId?: string,
): Removal {
  const bucket = store.bucket(bucketName);
  const version = versionId === undefined ? store.current(bucket, key) : store.version(bucket, key, versionId);
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  permissions.object(caller, action, bucket, key, {
    ...existingTagContext(version?.tags ?? {}),
    ...(versionId === undefined ? {} : { 's3:VersionId': versionId }),
  });
  return store.remove(bucket, key, versionId);
}
