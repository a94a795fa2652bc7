import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** What is kept of one provisioned product. */
export interface ProductState {
  readonly values: Readonly<Record<string, string>>;
  /** What it is made of, in the order in which it was made. */
  readonly resources: readonly KeptResource[];
}

/** A resource of a product. */
export interface KeptResource {
  readonly name: string;
  readonly typeName: string;
  readonly identifier: string;
}

/** Keeps what has been made of each provisioned product. */
export interface ProductStore {
  /** Undefined where nothing was kept. */
  read(key: string, signal: AbortSignal): Promise<ProductState | undefined>;
  write(key: string, state: ProductState, signal: AbortSignal): Promise<void>;
  remove(key: string, signal: AbortSignal): Promise<void>;
}

/** Keeps products in a bucket. */
export function createProductStore(Bucket: string, client = new S3Client({})): ProductStore {
  return {
    async read(Key, abortSignal) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal });
        return JSON.parse((await Body?.transformToString()) ?? 'null') as ProductState;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async write(Key, state, abortSignal) {
      const Body = JSON.stringify(state, null, 2);
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }), { abortSignal });
    },
    async remove(Key, abortSignal) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal });
    },
  };
}
