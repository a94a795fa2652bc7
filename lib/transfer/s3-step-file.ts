import { Readable } from 'node:stream';
import { AwsCallError } from '../aws/index.ts';
import type { S3Client } from '../aws/s3/index.ts';
import { PermissionError, UnavailableError } from '../core/errors.ts';
import { readWhole } from './read-whole.ts';
import type { StepFileLocation } from './step-event.ts';
import type { S3StepFile } from './step-file.ts';

/** The S3 client and its operations, loaded when first needed. */
export type S3Access = () => Promise<{
  readonly client: S3Client;
  readonly s3: typeof import('../aws/s3/index.ts');
}>;

/** The uploaded object, every read of it bound to the ETag of the upload. */
export function createS3StepFile(location: StepFileLocation & { readonly domain: 'S3' }, access: S3Access): S3StepFile {
  const { bucket, key, eTag, versionId } = location;
  const uri = `s3://${bucket}/${key}`;
  const ifMatch = eTag === undefined ? undefined : `"${eTag}"`;
  const place = { bucket, key };

  async function head() {
    const { client, s3 } = await access();
    const found = await inWords(uri, s3.headObject(client, place));
    if (eTag !== undefined && found.eTag.replaceAll('"', '') !== eTag) throw changed(uri);
    return found;
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
      try {
        await s3.headObject(client, place);
        return true;
      } catch (error) {
        if (error instanceof AwsCallError && error.status === 404) return false;
        throw toStepFileError(uri, error);
      }
    },
    size: async () => (await head()).size,
    async stream() {
      const { client, s3 } = await access();
      const { stream } = await inWords(uri, s3.getObject(client, place, ifMatch === undefined ? {} : { ifMatch }));
      return Readable.from(explained(uri, stream), { objectMode: false, highWaterMark: stream.readableHighWaterMark });
    },
    bytes: (options) => readWhole(file, options),
    text: async (options) => (await readWhole(file, options)).toString('utf8'),
    async tags() {
      const { client, s3 } = await access();
      return inWords(uri, s3.getObjectTags(client, place));
    },
    async tag(tags) {
      const { client, s3 } = await access();
      await inWords(uri, s3.putObjectTags(client, place, { ...(await file.tags()), ...tags }));
    },
    async copyTo(target) {
      const { client, s3 } = await access();
      const { size, contentType } = await head();
      if (size <= s3.LARGEST_COPY_BYTES) {
        await inWords(uri, s3.copyObject(client, place, target, ifMatch));
        return;
      }
      await s3.uploadObject(client, target, await file.stream(), contentType === undefined ? {} : { contentType });
    },
  };
  return file;
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
