import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Kernel, Principal } from '../local/kernel/kernel.ts';
import type { LocalService } from '../local/kernel/service.ts';
import { createS3 } from '../local/s3/create-s3.ts';

/** Where an object is, and which content it has: what events of uploads and artifacts name. */
export interface PlacedObject {
  readonly bucket: string;
  readonly key: string;
  /** Without quotation marks. */
  readonly eTag: string;
}

/** The buckets and objects of a recording service. */
export interface RecordedObjects {
  /** S3 as handlers see it. */
  readonly service: LocalService;
  /** Puts an object; its bucket is made where there is none. */
  putObject(bucket: string, key: string, content: string | Uint8Array): PlacedObject;
  /** Removes the folder that holds them. */
  close(): Promise<void>;
}

/**
 * Creates an S3 without buckets, in a folder of its own that stands from the first object on: a test that never closes
 * its service, and puts none, leaves nothing. `owner` is whom objects are put by.
 */
export function createRecordedObjects(kernel: Omit<Kernel, 'dataDir'>, owner: Principal): RecordedObjects {
  const dataDir = path.join(tmpdir(), `ringback-objects-${kernel.uuid()}`);
  const service = createS3({ ...kernel, dataDir });
  const makeBucket = service.resources?.['AWS::S3::Bucket'];
  return {
    service,
    putObject(bucket, key, content) {
      makeBucket?.({
        type: 'AWS::S3::Bucket',
        logicalId: bucket,
        stackName: 'test',
        properties: { BucketName: bucket },
        assemblyDir: dataDir,
      });
      const { eTag } = service.put(owner, bucket, key, Buffer.from(content));
      return { bucket, key, eTag };
    },
    close: () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }),
  };
}
