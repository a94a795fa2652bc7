import type { AwsConnection, CredentialProvider } from '../../aws/index.ts';

/** How an artifact is reached. */
export interface ArtifactAccess {
  readonly connection: AwsConnection;
  /** The launch role's, or the function's own where there is none. */
  readonly credentials: CredentialProvider;
  /** Who reads, for messages. */
  readonly reader: string;
  readonly signal: AbortSignal;
}
