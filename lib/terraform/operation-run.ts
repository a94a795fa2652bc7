import type { AwsConnection } from '../aws/index.ts';
import type { Log } from '../core/secrets/log.ts';
import type { TerraformHooks, TerraformSettings } from './engine-options.ts';

/** What the run of an operation depends on. */
export interface OperationRun {
  readonly settings: TerraformSettings;
  readonly hooks: TerraformHooks;
  readonly binary: string;
  readonly connection: AwsConnection;
  readonly log: Log;
  /** Aborts when the run must be over. */
  readonly signal: AbortSignal;
  /** Milliseconds until it does. */
  readonly remainingMs: () => number;
  /** The artifact, for an operation that has one. */
  readonly readArtifact: () => Promise<Buffer>;
  readonly env: NodeJS.ProcessEnv;
}
