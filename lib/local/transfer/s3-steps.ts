import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { ObjectPort, StoredObject } from '../kernel/ports.ts';
import type { Execution } from './execution.ts';
import type { FileLocation } from './file-location.ts';
import { StepError } from './step-error.ts';
import { variables } from './variables.ts';
import type { CopyStepDetails, TagStepDetails } from './workflow.ts';

/** What a step that needs no function works with. */
export interface S3StepContext {
  readonly kernel: Kernel;
  readonly objects: ObjectPort;
  readonly execution: Execution;
  /** The execution role. */
  readonly principal: Principal;
  readonly file: FileLocation;
}

type S3File = FileLocation & { readonly domain: 'S3' };

/** Copies the file; the copy is the file of the next step. @throws StepError, AwsError */
export async function runCopyStep(context: S3StepContext, details: CopyStepDetails): Promise<FileLocation> {
  const { kernel, objects, principal, execution } = context;
  const file = onS3(context, 'copy');
  const destination = details.DestinationFileLocation?.S3FileLocation;
  if (destination?.Bucket === undefined) {
    throw new StepError('BAD_REQUEST', 'the local cloud copies to S3 only: give the step an S3 destination');
  }
  const bucket = destination.Bucket;
  const key = targetKey(destination.Key ?? '', file, execution, kernel.clock.now());
  const source = current(context, file);
  kernel.identity.authorize(principal, 's3:ListBucket', `arn:${kernel.partition}:s3:::${bucket}`);
  if (details.OverwriteExisting !== 'TRUE' && exists(context, bucket, key)) {
    throw new StepError('ALREADY_EXISTS', `s3://${bucket}/${key} exists, and OverwriteExisting is FALSE`);
  }
  return s3File(await objects.copy(principal, source, bucket, key));
}

/** Puts tags on the file, beside those that it has. @throws StepError, AwsError */
export function runTagStep(context: S3StepContext, details: TagStepDetails): string {
  const { objects, principal } = context;
  const file = onS3(context, 'tag');
  const tags = Object.fromEntries((details.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  const { tags: present } = current(context, file);
  objects.tag(principal, file.bucket, file.key, { ...present, ...tags });
  return JSON.stringify({ Tags: details.Tags ?? [] });
}

/** Deletes the file. @throws StepError, AwsError */
export function runDeleteStep(context: S3StepContext): void {
  const file = onS3(context, 'delete');
  context.objects.delete(context.principal, file.bucket, file.key);
}

/** The location of an object. */
export function s3File({ bucket, key, eTag, versionId }: StoredObject): S3File {
  return {
    domain: 'S3',
    bucket,
    key,
    eTag: eTag.replaceAll('"', ''),
    ...(versionId === undefined || versionId === 'null' ? {} : { versionId }),
  };
}

/** The object as the step before left it: one that was written over since is not found. @throws StepError, AwsError */
export function current({ objects, principal }: S3StepContext, file: S3File): StoredObject {
  const object = objects.get(principal, file.bucket, file.key);
  if (object.eTag.replaceAll('"', '') === file.eTag) return object;
  throw new StepError(
    'NOT_FOUND',
    `ETag constraint not met for s3://${file.bucket}/${file.key} (Status Code: 412): the object was written over after the upload; write results to another key`,
  );
}

function onS3({ file }: S3StepContext, verb: string): S3File {
  if (file.domain === 'S3') return file;
  throw new StepError('BAD_REQUEST', `Cannot ${verb} Efs file`);
}

/** The key of the copy: a prefix that ends in a slash is followed by the file's own name. */
function targetKey(key: string, file: S3File, { session }: Execution, now: number): string {
  const name = file.key.split('/').at(-1) ?? file.key;
  const filled = key
    .replaceAll(variables.userName, session.userName)
    .replaceAll(variables.uploadDate, new Date(now).toISOString().slice(0, 10));
  return filled === '' || filled.endsWith('/') ? filled + name : filled;
}

function exists({ objects, principal }: S3StepContext, bucket: string, key: string): boolean {
  try {
    objects.get(principal, bucket, key);
    return true;
  } catch (error) {
    if (error instanceof AwsError && (error.code === 'NoSuchKey' || error.code === 'NotFound')) return false;
    throw error;
  }
}
