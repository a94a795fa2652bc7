import { quoted } from '../../archive/index.ts';
import { AwsCallError } from '../../aws/index.ts';
import type { ArtifactLocation } from './artifact-access.ts';
import { ArtifactError } from './artifact-error.ts';

/** Makes the errors of one artifact. */
export interface ArtifactFailures {
  /** An error of the artifact itself. `problem` continues the sentence that its name begins. */
  because(problem: string, details?: { entry?: string; cause?: unknown; retryable?: boolean }): ArtifactError;
  /** The error for whatever was thrown meanwhile: the job's end as it is, anything else as an ArtifactError. */
  from(error: unknown, entry?: string): unknown;
}

/** Creates the errors of an artifact that is read (`input`) or written (`output`). */
export function createFailures(
  direction: 'input' | 'output',
  location: ArtifactLocation,
  signal: AbortSignal,
): ArtifactFailures {
  const subject = `${direction} artifact ${quoted(location.name)} (s3://${location.bucket}/${location.key})`;

  function because(
    problem: string,
    details: { entry?: string; cause?: unknown; retryable?: boolean } = {},
  ): ArtifactError {
    const within = details.entry === undefined ? '' : `, entry ${quoted(details.entry)}`;
    return new ArtifactError(`${subject}${within}: ${problem}`, { artifact: location.name, ...details });
  }

  function from(error: unknown, entry?: string): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof ArtifactError) return error;
    const at = entry === undefined ? {} : { entry };
    if (error instanceof AwsCallError) {
      return because(explain(error, direction), { ...at, cause: error, retryable: error.retryable });
    }
    const { code, message } = error as NodeJS.ErrnoException;
    const advice = code === 'ENOSPC' ? '; give the function more ephemeral storage, or read entries as streams' : '';
    return because(`${message ?? String(error)}${advice}`, { ...at, cause: error });
  }

  return { because, from };
}

function explain(error: AwsCallError, direction: 'input' | 'output'): string {
  if (error.accessDenied || error.code.startsWith('KMS.')) return `${error.message}; ${PERMISSION_ADVICE[direction]}`;
  switch (error.code) {
    case 'NoSuchKey':
    case 'NotFound':
      return 'no such object; the action that makes the artifact wrote none, or a lifecycle rule has removed it';
    case 'NoSuchBucket':
      return 'the bucket does not exist';
    case 'PreconditionFailed':
      return 'the object was replaced while it was read';
    case 'InvalidRange':
      return 'the object is empty or was cut short, so it is no zip archive';
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return `${error.message}; the job's artifact credentials have expired`;
    default:
      return error.message;
  }
}

/** AWS's guide on what the roles of a pipeline need for its artifact bucket and key. */
const PERMISSION_ADVICE = {
  input:
    "the job's artifact credentials act for the pipeline's role, or the action's own: that role needs s3:GetObject on " +
    'the object and kms:Decrypt on its key (without s3:ListBucket, S3 answers so for a missing object, too)',
  output:
    "the job's artifact credentials act for the pipeline's role, or the action's own: that role needs s3:PutObject on " +
    'the object, and kms:GenerateDataKey and kms:Decrypt on the key',
} as const;
