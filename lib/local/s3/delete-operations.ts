import { AwsError } from '../kernel/aws-error.ts';
import { documentOf } from './document.ts';
import { headerOf } from './header-of.ts';
import type { Removal } from './object-store.ts';
import type { Caller } from './permissions.ts';
import { checkDeleteCondition, refuseDirectoryConditions } from './preconditions.ts';
import { type S3Operation, sendEmpty, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { existingTagContext } from './tags.ts';
import { versionIdOf } from './version-id.ts';
import { childrenNamed, childText, malformedXml, parseXml, type XmlContent } from './xml.ts';

/** The most keys of one DeleteObjects. */
const MOST_KEYS = 1000;

/** DeleteObject and DeleteObjects. */
export function createDeleteOperations(parts: S3Parts): Record<string, S3Operation> {
  return {
    DeleteObject(call) {
      refuseDirectoryConditions(call.request);
      const removal = removeObject(parts, call.context, call.bucket, call.key, {
        versionId: versionIdOf(call),
        ifMatch: headerOf(call.request, 'if-match'),
      });
      sendEmpty(call, 204, {
        'x-amz-version-id': removal.versionId,
        'x-amz-delete-marker': removal.deleteMarker ? 'true' : undefined,
      });
    },

    async DeleteObjects(call) {
      parts.store.bucket(call.bucket);
      const root = parseXml(await documentOf(call));
      const objects = childrenNamed(root, 'Object');
      if (root.name !== 'Delete' || objects.length === 0 || objects.length > MOST_KEYS) throw malformedXml();
      const isQuiet = childText(root, 'Quiet') === 'true';
      const Deleted: XmlContent[] = [];
      const failures: XmlContent[] = [];
      for (const object of objects) {
        const Key = childText(object, 'Key') ?? '';
        const VersionId = childText(object, 'VersionId');
        try {
          const { deleteMarker, versionId } = removeObject(parts, call.context, call.bucket, Key, {
            versionId: VersionId,
            ifMatch: childText(object, 'ETag'),
            isListed: true,
          });
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

/** Which version goes, and on what condition. */
export interface RemovalOptions {
  readonly versionId?: string | undefined;
  /** The ETag that the version must have, or `*`. */
  readonly ifMatch?: string | undefined;
  /** Whether it stands in a list of DeleteObjects, which tells of versions that do not exist. */
  readonly isListed?: boolean;
}

/** Deletes an object or one of its versions, when the caller may. @throws AwsError NoSuchBucket, AccessDenied, PreconditionFailed */
export function removeObject(
  { store, permissions, events }: S3Parts,
  caller: Caller,
  bucketName: string,
  key: string,
  { versionId, ifMatch, isListed = false }: RemovalOptions = {},
): Removal {
  const bucket = store.bucket(bucketName);
  const version = versionId === undefined ? store.current(bucket, key) : store.version(bucket, key, versionId);
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  permissions.object(caller, action, bucket, key, {
    ...existingTagContext(version?.tags ?? {}),
    ...(versionId === undefined ? {} : { 's3:VersionId': versionId }),
  });
  checkDeleteCondition(ifMatch, version);
  if (isListed && versionId !== undefined && version === undefined) {
    throw new AwsError('NoSuchVersion', 'The specified version does not exist.', { status: 404 });
  }
  const removal = store.remove(bucket, key, versionId);
  // Without a version id what is left is a marker, where there are versions at all.
  const isMarked = removal.deleteMarker === true && versionId === undefined;
  const type = isMarked ? 'Delete Marker Created' : 'Permanently Deleted';
  if (isMarked || version !== undefined) events.deleted(caller, bucket, { key, versionId: removal.versionId }, type);
  return removal;
}
