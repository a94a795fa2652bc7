import type { SecretValue } from './secret.ts';
import { invalidParameter, invalidRequest } from './secret-errors.ts';

/** The members of a request that may bring a value. */
export interface ValueInput {
  readonly SecretString?: string;
  /** Base64. */
  readonly SecretBinary?: string;
}

/** The value that a request brings, where it brings one. @throws AwsError InvalidParameterException for two */
export function readValue({ SecretString, SecretBinary }: ValueInput): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
}

/** The value that a request must bring. @throws AwsError InvalidParameterException, InvalidRequestException for none */
export function requireValue(input: ValueInput): SecretValue {
  const value = readValue(input);
  if (value !== undefined) return value;
  throw invalidRequest('You must provide either SecretString or SecretBinary.');
}
