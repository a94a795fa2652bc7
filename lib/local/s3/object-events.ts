import type { Kernel } from '../kernel/kernel.ts';
import type { EventBusPort } from '../kernel/ports.ts';
import type { Bucket, ObjectVersion } from './bucket.ts';
import type { Caller } from './permissions.ts';

/** The ETag of a delete marker, which has no bytes. */
const MD5_OF_NOTHING = 'd41d8cd98f00b204e9800998ecf8427e';

/** The operation that made an object, as an event names it. */
export type CreationReason = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';

/** What buckets tell EventBridge of their objects (S3 User Guide, "EventBridge event message structure"). */
export interface ObjectEvents {
  created(caller: Caller, bucket: Bucket, version: ObjectVersion, reason: CreationReason): void;
  /** A version is gone, or a delete marker was put over the object. */
  deleted(
    caller: Caller,
    bucket: Bucket,
    object: { readonly key: string; readonly versionId?: string | undefined },
    type: 'Permanently Deleted' | 'Delete Marker Created',
  ): void;
  tagged(caller: Caller, bucket: Bucket, version: ObjectVersion, change: 'Added' | 'Deleted'): void;
}

/** Creates the events of one S3; a bucket that was not told to tells nothing. */
export function createObjectEvents(kernel: Kernel, bus: EventBusPort | undefined): ObjectEvents {
  let changes = 0;

  /** Of two changes the later has the greater one; S3 promises no more. */
  const sequencer = () =>
    `00${kernel.clock.now().toString(16).padStart(12, '0')}${(++changes).toString(16).padStart(6, '0')}`;

  function put(detailType: string, caller: Caller, bucket: Bucket, object: object, more: object = {}): void {
    if (!bucket.eventBridge) return;
    bus?.put({
      source: 'aws.s3',
      detailType,
      resources: [`arn:${kernel.partition}:s3:::${bucket.name}`],
      detail: {
        version: '0',
        bucket: { name: bucket.name },
        object,
        'request-id': caller.requestId,
        requester: caller.principal.accountId,
        'source-ip-address': caller.sourceIp,
        ...more,
      },
    });
  }

  const versionOf = ({ versioning }: Bucket, versionId: string | undefined) =>
    versioning === undefined || versionId === undefined ? {} : { 'version-id': versionId };

  return {
    created(caller, bucket, { key, size, eTag: etag, versionId }, reason) {
      const object = { key, size, etag, ...versionOf(bucket, versionId), sequencer: sequencer() };
      put('Object Created', caller, bucket, object, { reason });
    },
    deleted(caller, bucket, { key, versionId }, type) {
      const etag = type === 'Delete Marker Created' ? { etag: MD5_OF_NOTHING } : {};
      const object = { key, ...etag, ...versionOf(bucket, versionId), sequencer: sequencer() };
      put('Object Deleted', caller, bucket, object, { reason: 'DeleteObject', 'deletion-type': type });
    },
    tagged(caller, bucket, { key, eTag: etag, versionId }, change) {
      put(`Object Tags ${change}`, caller, bucket, { key, etag, ...versionOf(bucket, versionId) });
    },
  };
}
