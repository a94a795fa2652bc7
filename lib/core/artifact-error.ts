import { RingbackError } from './errors.ts';

/**
 * An artifact could not be read or written: it is missing, access to it was refused, it is no sound archive, or it
 * asks for something unsafe. The message names the artifact and, where there is one, the entry.
 */
export class ArtifactError extends RingbackError {
  override readonly name = 'ArtifactError';
  readonly code = 'ARTIFACT';
  readonly retryable: boolean;
  /** The artifact's name: that in the pipeline, or where it is in S3. */
  readonly artifact: string;
  /** The path within the artifact, where the failure has one. */
  readonly entry: string | undefined;

  constructor(
    message: string,
    details: { artifact: string; entry?: string | undefined; retryable?: boolean; cause?: unknown },
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.artifact = details.artifact;
    this.entry = details.entry;
    this.retryable = details.retryable ?? false;
  }
}
