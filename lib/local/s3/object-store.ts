import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Bucket, ObjectVersion } from './bucket.ts';
import { setOwnership } from './ownership.ts';

/** What a deletion did: removed a version, left a delete marker, or both members absent when there was nothing. */
export interface Removal {
  readonly versionId?: string;
  readonly deleteMarker?: boolean;
}

/** The buckets and objects of one local cloud. Every method is synchronous, and so atomic. */
export interface ObjectStore {
  /** Makes an empty bucket, unless `prepare` throws. @throws AwsError InvalidBucketName, BucketAlreadyOwnedByYou */
  createBucket(name: string, prepare?: (bucket: Bucket) => void): Bucket;
  /** @throws AwsError NoSuchBucket */
  bucket(name: string): Bucket;
  buckets(): readonly Bucket[];
  /** @throws AwsError NoSuchBucket, BucketNotEmpty */
  deleteBucket(name: string): void;
  /** The newest version of a key, which may be a delete marker. */
  current(bucket: Bucket, key: string): ObjectVersion | undefined;
  version(bucket: Bucket, key: string, versionId: string): ObjectVersion | undefined;
  /** Makes a version the current one, replacing what the bucket's versioning says is replaced. */
  commit(bucket: Bucket, version: Omit<ObjectVersion, 'versionId' | 'lastModified' | 'deleteMarker'>): ObjectVersion;
  remove(bucket: Bucket, key: string, versionId?: string): Removal;
  /** Replaces the tags of one version. */
  tag(bucket: Bucket, version: ObjectVersion, tags: Readonly<Record<string, string>>): ObjectVersion;
  /** The path of a file that nobody uses yet. */
  newFile(): string;
  /** Deletes a file that no version uses any more; readers that hold it open keep it. */
  dropFile(file: string): void;
}

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const NO_VERSION = 'null';

/** Creates a store whose files lie in `dataDir/s3`, a folder that stands from the first file on. */
export function createObjectStore(kernel: Kernel): ObjectStore {
  const buckets = new Map<string, Bucket>();
  const folder = join(kernel.dataDir, 's3');

  const dropFile = (file: string) => rmSync(file, { force: true });
  const newVersionId = () =>
    Buffer.from(kernel.uuid().replaceAll('-', ''), 'hex').toString('base64url').padEnd(32, '.');

  function insert(bucket: Bucket, version: ObjectVersion): void {
    const older = bucket.versions.get(version.key) ?? [];
    const replaced = older.filter(({ versionId }) => versionId === version.versionId);
    bucket.versions.set(version.key, [version, ...older.filter((other) => !replaced.includes(other))]);
    for (const { file } of replaced) if (file !== '') dropFile(file);
  }

  const idFor = (bucket: Bucket) => (bucket.versioning === 'Enabled' ? newVersionId() : NO_VERSION);

  function bucketNamed(name: string): Bucket {
    const bucket = buckets.get(name);
    if (bucket !== undefined) return bucket;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      members: { BucketName: name },
    });
  }

  return {
    newFile() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return join(folder, kernel.uuid());
    },
    dropFile,
    bucket: bucketNamed,
    buckets: () => [...buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    createBucket(name, prepare = setOwnership) {
      if (!BUCKET_NAME.test(name)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
      if (buckets.has(name)) {
        const message = 'Your previous request to create the named bucket succeeded and you already own it.';
        throw new AwsError('BucketAlreadyOwnedByYou', message, { status: 409, members: { BucketName: name } });
      }
      const bucket: Bucket = {
        name,
        createdAt: kernel.clock.now(),
        location: undefined,
        objectLock: false,
        versioning: undefined,
        policy: undefined,
        eventBridge: false,
        defaultEncryption: { algorithm: 'AES256' },
        tags: undefined,
        configurations: new Map(),
        versions: new Map(),
        uploads: new Map(),
      };
      prepare(bucket);
      buckets.set(name, bucket);
      return bucket;
    },
    deleteBucket(name) {
      const bucket = bucketNamed(name);
      if (bucket.versions.size > 0) {
        throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
      }
      for (const upload of bucket.uploads.values()) for (const { file } of upload.parts.values()) dropFile(file);
      buckets.delete(name);
    },
    current: (bucket, key) => bucket.versions.get(key)?.[0],
    version: (bucket, key, versionId) => bucket.versions.get(key)?.find((version) => version.versionId === versionId),
    commit(bucket, content) {
      const version = {
        ...content,
        versionId: idFor(bucket),
        deleteMarker: false,
        lastModified: kernel.clock.now(),
      };
      insert(bucket, version);
      return version;
    },
    remove(bucket, key, versionId) {
      const versions = bucket.versions.get(key) ?? [];
      if (versionId === undefined && bucket.versioning !== undefined) {
        const marker: ObjectVersion = {
          key,
          versionId: idFor(bucket),
          deleteMarker: true,
          lastModified: kernel.clock.now(),
          file: '',
          size: 0,
          eTag: '',
          headers: {},
          metadata: {},
          tags: {},
          encryption: { algorithm: 'AES256' },
        };
        insert(bucket, marker);
        return { versionId: marker.versionId, deleteMarker: true };
      }
      const removed = versions.find((version) => version.versionId === (versionId ?? NO_VERSION));
      const rest = versions.filter((version) => version !== removed);
      if (rest.length === 0) bucket.versions.delete(key);
      else bucket.versions.set(key, rest);
      if (removed !== undefined && removed.file !== '') dropFile(removed.file);
      return {
        ...(versionId === undefined ? {} : { versionId }),
        ...(removed?.deleteMarker ? { deleteMarker: true } : {}),
      };
    },
    tag(bucket, version, tags) {
      const tagged = { ...version, tags };
      const versions = bucket.versions.get(version.key) ?? [];
      bucket.versions.set(
        version.key,
        versions.map((other) => (other.versionId === version.versionId ? tagged : other)),
      );
      return tagged;
    },
  };
}
