import type { AwsConnection } from '../aws/index.ts';
import { createS3Client } from '../aws/s3/index.ts';
import type { Callback } from '../core/callback.ts';
import type { TerraformSettings } from './engine-options.ts';
import type { TerraformOperation } from './operation.ts';
import { keysOf, openProductStore } from './product-store.ts';

/** An operation that another process is to run and answer. It holds secrets. */
export interface StoredOperation {
  readonly version: 1;
  readonly operation: TerraformOperation;
  readonly settings: TerraformSettings;
  readonly callback: Callback;
  /** Where the artifact was copied to, in the same bucket. */
  readonly artifactKey: string | undefined;
}

/** Stores an operation and its artifact in the state bucket, and gives its `s3://` address, which holds no secret. */
export async function storeOperation(
  stored: Omit<StoredOperation, 'version' | 'artifactKey'>,
  artifact: Buffer | undefined,
  connection: AwsConnection,
  signal: AbortSignal,
): Promise<string> {
  const { operation, settings } = stored;
  const { stateBucket, kmsKeyArn } = settings;
  const store = openProductStore(createS3Client({ connection, signal }), stateBucket, kmsKeyArn);
  const keys = keysOf({ accountId: operation.accountId, id: operation.provisionedProduct.id });
  const key = keys.operation(operation.id);
  const artifactKey = artifact === undefined ? undefined : `${key}.artifact`;
  if (artifactKey !== undefined && artifact !== undefined) await store.write(artifactKey, artifact);
  await store.write(key, JSON.stringify({ version: 1, ...stored, artifactKey }));
  return `s3://${stateBucket}/${key}`;
}

/** A stored operation, and what belongs to it. */
export interface OpenedOperation extends StoredOperation {
  readArtifact(): Promise<Buffer>;
  /** Removes it, when it is answered. */
  remove(): Promise<void>;
}

/** Reads what {@link storeOperation} stored. @throws Error when there is no such operation, or it is none */
export async function openStoredOperation(reference: string, connection: AwsConnection): Promise<OpenedOperation> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(reference) ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`not an s3://BUCKET/KEY: ${reference}`);
  const client = createS3Client({ connection });
  const store = openProductStore(client, bucket, undefined);
  const content = await store.read(key);
  if (content === undefined) throw new Error(`there is no operation at ${reference}: it was answered, or never stored`);
  const stored = JSON.parse(content.toString('utf8')) as StoredOperation;
  if (stored.version !== 1)
    throw new Error(`the operation at ${reference} is of a version that this copy does not know`);
  return {
    ...stored,
    async readArtifact() {
      const artifact = stored.artifactKey === undefined ? undefined : await store.read(stored.artifactKey);
      if (artifact === undefined) throw new Error(`the artifact of the operation at ${reference} is missing`);
      return artifact;
    },
    async remove() {
      if (stored.artifactKey !== undefined) await store.remove(stored.artifactKey);
      await store.remove(key);
    },
  };
}
