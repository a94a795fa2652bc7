import type { Credentials } from '../kernel/kernel.ts';
import type { FunctionDefinition } from './function-definition.ts';

/** What the variables of one environment are made of, besides the function itself. */
export interface EnvironmentParts {
  readonly version: string;
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly runtimeApi: string;
  readonly logStream: string;
  readonly taskRoot: string;
  readonly runtimeFolder: string;
  /** A folder that is this environment's alone: its home and its temporary files. */
  readonly homeFolder: string;
}

/**
 * The whole environment of a function's process. Of the developer's own variables only PATH passes, so neither a
 * profile nor credentials can reach a function; HOME is an empty folder for the same reason.
 */
export function environmentVariables(
  definition: FunctionDefinition,
  parts: EnvironmentParts,
): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    ...withoutEndpoints(definition.variables),
    HOME: parts.homeFolder,
    TMPDIR: parts.homeFolder,
    _HANDLER: definition.handler,
    AWS_REGION: parts.region,
    AWS_DEFAULT_REGION: parts.region,
    AWS_ENDPOINT_URL: parts.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_ACCESS_KEY_ID: parts.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: parts.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: parts.credentials.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySizeMb),
    AWS_LAMBDA_FUNCTION_VERSION: parts.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: parts.logStream,
    AWS_LAMBDA_RUNTIME_API: parts.runtimeApi,
    LAMBDA_TASK_ROOT: parts.taskRoot,
    LAMBDA_RUNTIME_DIR: parts.runtimeFolder,
  };
}

/** An endpoint that is meant for AWS would lead the function out of the local cloud. */
function withoutEndpoints(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('AWS_ENDPOINT_URL')));
}
