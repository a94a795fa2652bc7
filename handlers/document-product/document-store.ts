import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** What is kept of one provisioned product. */
export interface ProductState {
  readonly values: Readonly<Record<string, string>>;
  readonly document: unknown;
  readonly tags: Readonly<Record<string, string>>;
}

/** Keeps one JSON document for each provisioned product. */
export interface DocumentStore {
  /** Undefined where nothing was kept. */
  read(key: string, signal: AbortSignal): Promise<ProductState | undefined>;
  /** @returns where it is */
  write(key: string, state: ProductState, signal: AbortSignal): Promise<string>;
  remove(key: string, signal: AbortSignal): Promise<void>;
}

/** Keeps documents in a bucket. */
export function createDocumentStore(Bucket: string, client = new S3Client({})): DocumentStore {
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
      return `s3://${Bucket}/${Key}`;
    },
    async remove(Key, abortSignal) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal });
    },
  };
}
