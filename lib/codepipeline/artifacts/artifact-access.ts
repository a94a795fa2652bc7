import type { AwsConnection, CredentialProvider } from '../../aws/index.ts';
import { createS3Client, type S3Client } from '../../aws/s3/index.ts';

/** How a job reaches its artifacts. */
export interface ArtifactAccess {
  readonly connection: AwsConnection;
  /** The job's own artifact credentials, asked before every request; the caller renews them. */
  readonly credentials: CredentialProvider;
  /** Ends whatever reads or writes; the calls then reject with its reason. */
  readonly signal: AbortSignal;
  /** The pipeline's KMS key for what is written. @defaultValue AWS's own key for S3 */
  readonly encryptionKeyId?: string;
}

/** Where an artifact lies, and what it is called. */
export interface ArtifactLocation {
  /** The artifact's name in the pipeline. */
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
}

/** The client that reads and writes on behalf of one artifact. */
export function clientOf(access: ArtifactAccess): S3Client {
  return createS3Client({
    connection: access.connection,
    credentials: access.credentials,
    signal: access.signal,
  });
}
