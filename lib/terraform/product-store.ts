import { createHash } from 'node:crypto';
import { AwsCallError, readBody } from '../aws/index.ts';
import { getObject, type S3Client, uploadObject } from '../aws/s3/index.ts';

/** With what a provisioned product was made, so that it can be changed and destroyed. */
export interface KeptConfiguration {
  /** The object that holds a copy of the artifact, in the state bucket. */
  readonly artifactKey: string;
  readonly artifact: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly recordId: string;
}

/** What is kept of one provisioned product. */
export interface KeptProduct {
  readonly version: 1;
  /** The last one whose changes began. */
  readonly applied?: KeptConfiguration | undefined;
  /** One that was about to be applied; it stays here where its process died. */
  readonly pending?: KeptConfiguration | undefined;
}

/** Objects in the state bucket. */
export interface ProductStore {
  readonly bucket: string;
  read(key: string): Promise<Buffer | undefined>;
  write(key: string, content: Buffer | string): Promise<void>;
  /** Writes only where nothing stands there; tells whether it did. */
  create(key: string, content: string): Promise<boolean>;
  remove(key: string): Promise<void>;
}

/** Opens the state bucket. @param kmsKeyArn - encrypts what is written; the bucket's own default where absent */
export function openProductStore(client: S3Client, bucket: string, kmsKeyArn: string | undefined): ProductStore {
  const at = (key: string) => ({ bucket, key });
  const encryption: Record<string, string> =
    kmsKeyArn === undefined
      ? {}
      : { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn };
  return {
    bucket,
    async read(key) {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of (await getObject(client, at(key))).stream) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      } catch (error) {
        if (error instanceof AwsCallError && (error.code === 'NoSuchKey' || error.code === 'NotFound'))
          return undefined;
        throw error;
      }
    },
    async write(key, content) {
      await uploadObject(
        client,
        at(key),
        only(Buffer.from(content)),
        kmsKeyArn === undefined ? {} : { kmsKey: kmsKeyArn },
      );
    },
    async create(key, content) {
      const action = 's3:PutObject';
      const body = Buffer.from(content);
      const headers = { ...encryption, 'if-none-match': '*', 'content-length': String(body.length) };
      try {
        await readBody(await client.send({ location: at(key), action, method: 'PUT', headers, body }), action);
        return true;
      } catch (error) {
        if (error instanceof AwsCallError && (error.status === 412 || error.status === 409)) return false;
        throw error;
      }
    },
    async remove(key) {
      const action = 's3:DeleteObject';
      await readBody(await client.send({ location: at(key), action, method: 'DELETE' }), action);
    },
  };
}

async function* only(content: Buffer): AsyncGenerator<Uint8Array> {
  yield content;
}

/** Where operations lie that a build is to run; no account is called so. */
export const OPERATIONS_PREFIX = 'ringback-operations/';

/** The keys of one provisioned product: its state's is that of AWS's reference engine. */
export function keysOf({ accountId, id }: { readonly accountId: string; readonly id: string }) {
  const state = `${accountId}/${id}`;
  return {
    state,
    lock: `${state}.tflock`,
    kept: `${state}.ringback/product.json`,
    artifact: (bytes: Buffer) =>
      `${state}.ringback/artifact-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`,
    /** Under a prefix of their own, so that a lifecycle rule removes what no build ever took. */
    operation: (recordId: string) => `${OPERATIONS_PREFIX}${state}/${recordId}.json`,
  };
}

/** Reads what is kept of a product. @throws Error when it is of another version */
export async function readKept(store: ProductStore, key: string): Promise<KeptProduct> {
  const content = await store.read(key);
  if (content === undefined) return { version: 1 };
  const kept = JSON.parse(content.toString('utf8')) as KeptProduct;
  if (kept.version !== 1)
    throw new Error(`s3://${store.bucket}/${key} is of version ${kept.version}, which this engine does not know`);
  return kept;
}
