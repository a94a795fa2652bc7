import { AwsError } from '../kernel/aws-error.ts';
import type { ConditionContext } from '../kernel/kernel.ts';
import type { Bucket, Encryption, ObjectVersion } from './bucket.ts';
import type { CreationReason } from './object-events.ts';
import type { Caller } from './permissions.ts';
import type { S3Parts } from './s3-parts.ts';
import { existingTagContext, requestTagContext, type Tags } from './tags.ts';

/** The longest key, in bytes of UTF-8 (S3 User Guide, "Naming Amazon S3 objects"). */
const LONGEST_KEY_BYTES = 1024;

/** What a caller wants to read. */
export interface ReadIntent {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  /** The action without a version; with a version id `Version` is put into it, as IAM names them. */
  readonly action: 's3:GetObject' | 's3:GetObjectTagging' | 's3:PutObjectTagging' | 's3:DeleteObjectTagging';
}

/** What a caller wants to write. */
export interface WriteIntent {
  readonly bucket: Bucket;
  readonly key: string;
  readonly encryption: Encryption;
  readonly tags: Tags;
  /** Condition keys that the request itself sets. */
  readonly context?: ConditionContext;
  /** What must be allowed for this beside `s3:PutObject`. */
  readonly actions?: readonly string[];
}

/**
 * Finds the version that a caller wants to read, and asks for the permission to.
 *
 * As in S3, an absent object is told (404) only to those who may list the bucket; others get 403.
 *
 * @throws AwsError NoSuchBucket, AccessDenied, NoSuchKey, NoSuchVersion, MethodNotAllowed (a delete marker by its id)
 */
export function findReadable(
  { store, permissions }: S3Parts,
  caller: Caller,
  intent: ReadIntent,
): { bucket: Bucket; version: ObjectVersion } {
  const { key, versionId } = intent;
  const bucket = store.bucket(intent.bucket);
  const version = versionId === undefined ? store.current(bucket, key) : store.version(bucket, key, versionId);
  const action = versionId === undefined ? intent.action : intent.action.replace('Object', 'ObjectVersion');
  permissions.object(caller, action, bucket, key, {
    ...(versionId === undefined ? {} : { 's3:VersionId': versionId }),
    ...existingTagContext(version?.tags ?? {}),
  });
  if (version !== undefined && !version.deleteMarker) {
    if (intent.action === 's3:GetObject') permissions.useKey(caller, version.encryption, 'kms:Decrypt');
    return { bucket, version };
  }
  permissions.bucket(caller, 's3:ListBucket', bucket);
  if (versionId === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', {
      status: 404,
      members: { Key: key, ...(version === undefined ? {} : { DeleteMarker: true, VersionId: version.versionId }) },
    });
  }
  if (version === undefined) {
    throw new AwsError('NoSuchVersion', 'The specified version does not exist.', {
      status: 404,
      members: { Key: key, VersionId: versionId },
    });
  }
  throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    members: { Method: 'GET', ResourceType: 'DeleteMarker', DeleteMarker: true, VersionId: versionId },
  });
}

/** Asks whether a caller may write an object. @throws AwsError AccessDenied, KeyTooLongError */
export function authorizeWrite({ permissions }: S3Parts, caller: Caller, intent: WriteIntent): void {
  const { bucket, key, encryption, tags, actions = [] } = intent;
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) throw new AwsError('KeyTooLongError', 'Your key is too long');
  const context = { ...intent.context, ...requestTagContext(tags) };
  const tagging = Object.keys(tags).length > 0 ? ['s3:PutObjectTagging'] : [];
  for (const action of ['s3:PutObject', ...tagging, ...actions])
    permissions.object(caller, action, bucket, key, context);
  permissions.useKey(caller, encryption, 'kms:GenerateDataKey');
}

/** Makes written bytes an object and tells the watchers. Synchronous, so that a condition checked before it still holds. */
export function commitObject(
  { kernel, store, events }: S3Parts,
  caller: Caller,
  bucket: Bucket,
  content: Parameters<S3Parts['store']['commit']>[1],
  reason: CreationReason,
): ObjectVersion {
  const version = store.commit(bucket, content);
  kernel.events.emit('objectCreated', {
    bucket: bucket.name,
    key: version.key,
    eTag: version.eTag,
    size: version.size,
    principal: caller.principal.arn,
    ...(bucket.versioning === undefined ? {} : { versionId: version.versionId }),
  });
  events.created(caller, bucket, version, reason);
  return version;
}

/** Gives a version other tags, or none, and tells the watchers. */
export function tagObject(
  { store, events }: S3Parts,
  caller: Caller,
  bucket: Bucket,
  version: ObjectVersion,
  tags: Tags,
): void {
  store.tag(bucket, version, tags);
  events.tagged(caller, bucket, version, Object.keys(tags).length === 0 ? 'Deleted' : 'Added');
}
