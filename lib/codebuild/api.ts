/** The wire of CodeBuild: JSON 1.1. */
export const codeBuildApi = { service: 'codebuild', targetPrefix: 'CodeBuild_20161006', jsonVersion: '1.1' } as const;

/** A variable of a build, by the API's names. */
export interface BuildVariable {
  readonly name: string;
  readonly value: string;
  readonly type?: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER';
}

/** What is read of a build. */
export interface Build {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly startTime?: number;
  readonly environment?: { readonly environmentVariables?: readonly BuildVariable[] };
  readonly exportedEnvironmentVariables?: readonly { readonly name: string; readonly value: string }[];
}
