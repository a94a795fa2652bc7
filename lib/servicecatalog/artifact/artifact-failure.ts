import type { ArchiveFailures } from '../../archive/index.ts';
import { quoted } from '../../archive/index.ts';
import { AwsCallError } from '../../aws/index.ts';
import { ArtifactError } from '../../core/artifact-error.ts';
import { isRingbackError } from '../../core/errors.ts';
import type { ArtifactLocation } from './artifact-location.ts';

/** Creates the errors of a provisioning artifact. `reader` says who reads it, for the advice on permissions. */
export function createFailures(location: ArtifactLocation, reader: string, signal: AbortSignal): ArchiveFailures {
  const artifact = `s3://${location.bucket}/${location.key}`;

  function because(problem: string, details: { entry?: string; cause?: unknown; retryable?: boolean } = {}) {
    const within = details.entry === undefined ? '' : `, entry ${quoted(details.entry)}`;
    return new ArtifactError(`the artifact${within}: ${problem} (${artifact})`, { artifact, ...details });
  }

  return {
    because,
    from(error, entry) {
      if (signal.aborted) return signal.reason;
      if (isRingbackError(error)) return error;
      const at = entry === undefined ? {} : { entry };
      if (error instanceof AwsCallError) {
        return because(explain(error, reader), { ...at, cause: error, retryable: error.retryable });
      }
      const { code, message } = error as NodeJS.ErrnoException;
      const advice = code === 'ENOSPC' ? '; give the function more ephemeral storage' : '';
      return because(`${message ?? String(error)}${advice}`, { ...at, cause: error });
    },
  };
}

function explain(error: AwsCallError, reader: string): string {
  if (error.accessDenied) {
    return `${error.message}; ${reader} needs s3:GetObject on objects with the tag servicecatalog:provisioning = true`;
  }
  if (error.code === 'NoSuchKey' || error.code === 'NotFound') return 'there is no such object';
  if (error.code === 'InvalidRange') return 'the object is empty';
  return error.message;
}
