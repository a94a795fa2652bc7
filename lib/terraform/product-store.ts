import { createHash } from 'node:crypto';
import { AwsCallError } from '../aws/index.ts';
import { getObject, readBody, type S3Client, uploadObject } from '../aws/s3/index.ts';
import { terraformOperationsPrefix } from '../constants.ts';
import { EngineFailure } from './failure.ts';

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
  /** The last one whose changes began, where there was one before. */
  readonly applied?: KeptConfiguration | undefined;
  /** One that was about to be applied: the first that was, or one whose process died. */
  readonly pending?: KeptConfiguration | undefined;
}

/** Objects in the state bucket. */
export interface ProductStore {
  readonly bucket: string;
  read(key: string): Promise<Buffer | undefined>;
  write(key: string, content: Buffer | string): Promise<void>;
  /** Reads an object with the ETag by which {@link ProductStore.replace} knows it. */
  readWithETag(key: string): Promise<{ readonly content: Buffer; readonly eTag: string } | undefined>;
  /** Writes only where nothing stands there. @returns the ETag; undefined where something does */
  create(key: string, content: string): Promise<string | undefined>;
  /** Writes only over what has this ETag. @returns the new one; undefined where something else stands there, or nothing */
  replace(key: string, content: string, eTag: string): Promise<string | undefined>;
  remove(key: string): Promise<void>;
}

/** What is larger is written in parts. */
const LARGEST_SINGLE_BYTES = 8 * 1024 * 1024;

/** Opens the state bucket. @param kmsKeyArn - encrypts what is written; the bucket's own default where absent */
export function openProductStore(client: S3Client, bucket: string, kmsKeyArn: string | undefined): ProductStore {
  const at = (key: string) => ({ bucket, key });
  const encryption: Record<string, string> =
    kmsKeyArn === undefined
      ? {}
      : { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn };
  async function readWithETag(key: string) {
    try {
      const { eTag, stream } = await getObject(client, at(key));
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return { content: Buffer.concat(chunks), eTag };
    } catch (error) {
      if (error instanceof AwsCallError && (error.code === 'NoSuchKey' || error.code === 'NotFound')) return undefined;
      throw error;
    }
  }

  async function put(key: string, body: Buffer, condition: Readonly<Record<string, string>> = {}): Promise<string> {
    const action = 's3:PutObject';
    const headers = { ...encryption, ...condition, 'content-length': String(body.length) };
    const response = await client.send({ location: at(key), action, method: 'PUT', headers, body });
    await readBody(response, action);
    return String(response.headers.etag);
  }

  async function writeIf(condition: Readonly<Record<string, string>>, key: string, content: string) {
    try {
      return await put(key, Buffer.from(content), condition);
    } catch (error) {
      if (error instanceof AwsCallError && (error.code === 'NoSuchKey' || [404, 409, 412].includes(error.status)))
        return undefined;
      throw error;
    }
  }

  return {
    bucket,
    readWithETag,
    async read(key) {
      return (await readWithETag(key))?.content;
    },
    create: (key, content) => writeIf({ 'if-none-match': '*' }, key, content),
    replace: (key, content, eTag) => writeIf({ 'if-match': eTag }, key, content),
    async write(key, content) {
      const body = Buffer.from(content);
      // An upload in parts holds memory for a whole one, which the garbage collector then has to look after.
      if (body.length <= LARGEST_SINGLE_BYTES) await put(key, body);
      else await uploadObject(client, at(key), only(body), kmsKeyArn === undefined ? {} : { kmsKey: kmsKeyArn });
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

/** The keys of one provisioned product: its state's is that of AWS's reference engine. */
export function keysOf({ accountId, id }: { readonly accountId: string; readonly id: string }) {
  const state = `${accountId}/${id}`;
  return {
    state,
    lock: `${state}.tflock`,
    kept: `${state}.ringback/product.json`,
    /** A state that Terraform could not write into its place. */
    errored: `${state}.ringback/errored.tfstate`,
    artifact: (bytes: Buffer) =>
      `${state}.ringback/artifact-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`,
    /** Under a prefix of their own, so that a lifecycle rule removes what no build ever took. */
    operation: (recordId: string) => `${terraformOperationsPrefix}${state}/${recordId}.json`,
  };
}

/** Reads what is kept of a product. @throws EngineFailure when it is of another version, or damaged */
export async function readKept(store: ProductStore, key: string): Promise<KeptProduct> {
  const content = await store.read(key);
  if (content === undefined) return { version: 1 };
  const kept = readJson(content) as Partial<KeptProduct> | undefined;
  const place = `s3://${store.bucket}/${key}`;
  if (typeof kept?.version === 'number' && kept.version !== 1)
    throw new EngineFailure(
      'internal',
      'engine',
      `${place} is of version ${kept.version}, which this engine does not know`,
    );
  if (kept?.version === 1 && [kept.applied, kept.pending].every(isConfiguration)) return kept as KeptProduct;
  throw new EngineFailure(
    'internal',
    'engine',
    `${place}, where the engine keeps with what the product was made, is damaged; put back an earlier version of it, or remove it: then an update takes what its request names, and a termination goes by the state alone`,
  );
}

function isConfiguration(value: unknown): boolean {
  if (value === undefined) return true;
  const { artifactKey, parameters } = (value ?? {}) as Partial<KeptConfiguration>;
  return typeof artifactKey === 'string' && typeof parameters === 'object' && parameters !== null;
}

/** What a text of JSON says; undefined for any other: the words of an error might quote a secret. */
export function readJson(content: Buffer | string): unknown {
  try {
    return JSON.parse(content.toString()) ?? undefined;
  } catch {
    return undefined;
  }
}
