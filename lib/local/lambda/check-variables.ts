import { invalidParameter } from './lambda-error.ts';
import { ENVIRONMENT_VARIABLES_LIMIT_BYTES } from './limits.ts';

/** Names that Lambda sets itself and refuses in a function's configuration (Lambda developer guide, environment variables). */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** Checks the variables of a function's configuration. @throws AwsError InvalidParameterValueException */
export function checkVariables(variables: unknown): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of Object.entries(variables ?? {})) {
    if (RESERVED_NAMES.has(name)) {
      throw invalidParameter(
        `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${name}`,
      );
    }
    checked[name] = String(value);
    size += Buffer.byteLength(name) + Buffer.byteLength(String(value));
  }
  if (size > ENVIRONMENT_VARIABLES_LIMIT_BYTES) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit: they have ${size} bytes`,
    );
  }
  return checked;
}
