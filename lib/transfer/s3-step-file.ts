import { Readable } from 'node:stream';
import { AwsCallError } from '../aws/index.ts';
import type { ObjectHead, S3Client, S3Version } from '../aws/s3/index.ts';
import { PermissionError, UnavailableError } from '../core/errors.ts';
import { readWhole } from './read-whole.ts';
import type { StepFileLocation } from './step-event.ts';
import type { S3StepFile } from './step-file.ts';

/** The S3 client and its operations, loaded when first needed. */
export type S3Access = () => Promise<{
  readonly client: S3Client;
  readonly s3: typeof import('../aws/s3/index.ts');
}>;

/** The version that S3 gives to what is written while a bucket keeps no versions. */
const NULL_VERSION = 'null';

/**
 * The uploaded object and no other: every read is bound to its ETag, and where another object has taken its place in a
 * bucket that keeps versions, goes to its version.
 */
export function createS3StepFile(location: StepFileLocation & { readonly domain: 'S3' }, access: S3Access): S3StepFile {
  const { bucket, key, eTag, versionId } = location;
  const uri = `s3://${bucket}/${key}`;
  const ifMatch = eTag === undefined ? undefined : `"${eTag}"`;
  const current: S3Version = { bucket, key };
  const version: S3Version | undefined = versionId === undefined ? undefined : { bucket, key, versionId };

  /** Does something with the object under the key, or with the version where that is another one, or gone, by now. */
  async function withUpload<Value>(use: (place: S3Version) => Promise<Value>): Promise<Value> {
    if (eTag === undefined && version !== undefined) return inWords(uri, use(version));
    try {
      return await inWords(uri, use(current));
    } catch (error) {
      if (version === undefined || !(error instanceof UnavailableError)) throw error;
      return inWords(uri, use(version));
    }
  }

  async function headOf(place: S3Version): Promise<ObjectHead> {
    const { client, s3 } = await access();
    const found = await s3.headObject(client, place);
    if (eTag !== undefined && found.eTag.replaceAll('"', '') !== eTag) throw changed(uri);
    return found;
  }

  /**
   * What may be tagged: nothing but the upload. A version is that for good, but for the version `null` of a bucket whose
   * versioning is suspended, which is written over like an object without versions. S3 takes no condition with tags, so
   * the look at such a one comes just before.
   */
  async function tagged(): Promise<S3Version> {
    if (version !== undefined && versionId !== NULL_VERSION) return version;
    if (eTag === undefined) {
      throw new UnavailableError(
        `${uri} has no tags that are surely its own: the event tells neither ETag nor a version that stays`,
      );
    }
    const place = version ?? current;
    await inWords(uri, headOf(place));
    return place;
  }

  const file: S3StepFile = {
    domain: 'S3',
    name: key.split('/').at(-1) || key,
    uri,
    bucket,
    key,
    eTag,
    versionId,
    async exists() {
      const { client, s3 } = await access();
      for (const place of version === undefined ? [current] : [current, version]) {
        try {
          await s3.headObject(client, place);
          return true;
        } catch (error) {
          if (!(error instanceof AwsCallError) || error.status !== 404) throw toStepFileError(uri, error);
        }
      }
      return false;
    },
    size: async () => (await withUpload(headOf)).size,
    async stream() {
      const { client, s3 } = await access();
      const options = ifMatch === undefined ? {} : { ifMatch };
      const { stream } = await withUpload((place) => s3.getObject(client, place, options));
      return Readable.from(explained(uri, stream), { objectMode: false, highWaterMark: stream.readableHighWaterMark });
    },
    bytes: (options) => readWhole(file, options),
    text: async (options) => (await readWhole(file, options)).toString('utf8'),
    async tags() {
      const { client, s3 } = await access();
      return inWords(uri, s3.getObjectTags(client, await tagged()));
    },
    async tag(tags) {
      const { client, s3 } = await access();
      const place = await tagged();
      const before = await inWords(uri, s3.getObjectTags(client, place));
      await inWords(uri, s3.putObjectTags(client, place, { ...before, ...asText(tags) }));
    },
    async copyTo(target) {
      const { client, s3 } = await access();
      const { size, contentType } = await withUpload(headOf);
      if (size <= s3.LARGEST_COPY_BYTES) {
        await withUpload((place) => s3.copyObject(client, place, target, ifMatch));
        return;
      }
      await s3.uploadObject(client, target, await file.stream(), contentType === undefined ? {} : { contentType });
    },
  };
  return file;
}

/** Values as S3 keeps them: from JavaScript may come numbers and flags, and members without a value. */
function asText(tags: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(tags).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
}

/** What operations need whose names are no IAM actions. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  's3:HeadObject': 's3:GetObject',
  's3:CopyObject': 's3:GetObject and s3:GetObjectTagging (for the copy s3:PutObject and s3:PutObjectTagging)',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:UploadPart': 's3:PutObject',
  's3:CompleteMultipartUpload': 's3:PutObject',
};

/** What went wrong with a file, in words that say what it means for the step. */
export function toStepFileError(uri: string, error: unknown): unknown {
  if (!(error instanceof AwsCallError)) return error;
  if (error.code === 'PreconditionFailed' || error.status === 412) return changed(uri, error);
  if (error.status === 404) {
    return new UnavailableError(`${uri} is gone: it was deleted or moved after the upload`, { cause: error });
  }
  if (error.accessDenied || error.status === 403) {
    return new PermissionError(
      `${uri} may not be used: allow ${PERMISSIONS[error.action] ?? error.action} to the role of the function (and s3:ListBucket, without which S3 does not say whether there is an object)`,
      { cause: error },
    );
  }
  return error;
}

function changed(uri: string, cause?: unknown): UnavailableError {
  return new UnavailableError(
    `${uri} is no longer what was uploaded: it was written over after the step began`,
    cause === undefined ? {} : { cause },
  );
}

async function inWords<Value>(uri: string, call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    throw toStepFileError(uri, error);
  }
}

async function* explained(uri: string, stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw toStepFileError(uri, error);
  }
}
