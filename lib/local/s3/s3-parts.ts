import type { Kernel } from '../kernel/kernel.ts';
import type { ObjectEvents } from './object-events.ts';
import type { ObjectStore } from './object-store.ts';
import type { S3Permissions } from './permissions.ts';

/** What the operations of S3 share. */
export interface S3Parts {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly permissions: S3Permissions;
  readonly events: ObjectEvents;
}
