import type { Kernel } from '../kernel/kernel.ts';
import type { EventBusPort, ObjectPort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import { createBucketOperations } from './bucket-operations.ts';
import { createBucketResources } from './bucket-resources.ts';
import { createConfigurationOperations } from './configuration-operations.ts';
import { createDeleteOperations } from './delete-operations.ts';
import { createRequestHandler } from './handle-request.ts';
import type { KeyPort } from './key-port.ts';
import { createListOperations } from './list-operations.ts';
import { createMultipartOperations } from './multipart-operations.ts';
import { createObjectEvents } from './object-events.ts';
import { createObjectPort } from './object-port.ts';
import { createObjectStore } from './object-store.ts';
import { createS3Permissions } from './permissions.ts';
import { createReadOperations } from './read-operations.ts';
import type { S3Parts } from './s3-parts.ts';
import { createTaggingOperations } from './tagging-operations.ts';
import { createWriteOperations } from './write-operations.ts';

/** Options of {@link createS3}. */
export interface S3Options {
  /**
   * Decides who may use customer-managed keys.
   *
   * @defaultValue every principal may use every key
   */
  readonly keys?: KeyPort;
  /** Where buckets with an `EventBridgeConfiguration` tell of their objects. @defaultValue nowhere */
  readonly bus?: EventBusPort;
}

/**
 * Amazon S3 on loopback: REST and XML, addressed by path or by `BUCKET.localhost`.
 *
 * Objects lie as files in the kernel's data folder; bodies are streamed both ways, so memory stays flat whatever
 * their size. Nothing is encrypted on disk: encryption is kept, echoed and asked permission for.
 */
export function createS3(kernel: Kernel, options: S3Options = {}): LocalService & ObjectPort {
  const parts: S3Parts = {
    kernel,
    store: createObjectStore(kernel),
    permissions: createS3Permissions(kernel, options.keys),
    events: createObjectEvents(kernel, options.bus),
  };
  const operations = {
    ...createBucketOperations(parts),
    ...createReadOperations(parts),
    ...createWriteOperations(parts),
    ...createDeleteOperations(parts),
    ...createListOperations(parts),
    ...createMultipartOperations(parts),
    ...createTaggingOperations(parts),
    ...createConfigurationOperations(parts),
  };
  return {
    name: 's3',
    http: {
      signingNames: ['s3'],
      operations: Object.keys(operations),
      handle: createRequestHandler(operations, kernel.accountId),
    },
    resources: createBucketResources(parts),
    ...createObjectPort(parts),
  };
}
