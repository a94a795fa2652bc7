import { AwsError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';

/** The parameters of AssumeRole that matter here, checked. */
export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly externalId: string | undefined;
  /** The inline session policy, or none. */
  readonly policies: readonly PolicyDocument[];
  /** The ARNs of managed session policies. */
  readonly policyArns: readonly string[];
}

const DEFAULT_SECONDS = 3_600;
/** STS API Reference, AssumeRole: DurationSeconds and Policy. */
const LEAST_SECONDS = 900;
const MOST_SECONDS = 43_200;
const MAX_POLICY_CHARACTERS = 2_048;

/** Reads the parameters of AssumeRole. @throws AwsError ValidationError, MalformedPolicyDocument */
export function readAssumeRole(parameters: URLSearchParams): AssumeRoleRequest {
  const roleArn = required(parameters, 'RoleArn', /^arn:.{16,2044}$/s);
  const sessionName = required(parameters, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/);
  const durationSeconds = Number(parameters.get('DurationSeconds') ?? DEFAULT_SECONDS);
  if (!Number.isInteger(durationSeconds) || durationSeconds < LEAST_SECONDS || durationSeconds > MOST_SECONDS) {
    throw invalid(`DurationSeconds must be a whole number from ${LEAST_SECONDS} to ${MOST_SECONDS}`);
  }
  const policyArns = [...parameters]
    .filter(([name]) => /^PolicyArns\.member\.\d+\.arn$/.test(name))
    .map(([, policyArn]) => policyArn);
  return {
    roleArn,
    sessionName,
    durationSeconds,
    externalId: parameters.get('ExternalId') ?? undefined,
    policies: inlinePolicies(parameters.get('Policy')),
    policyArns,
  };
}

function required(parameters: URLSearchParams, name: string, form: RegExp): string {
  const value = parameters.get(name);
  if (value === null) {
    throw invalid(
      `1 validation error detected: Value null at '${lower(name)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  if (!form.test(value)) {
    throw invalid(
      `1 validation error detected: Value '${value}' at '${lower(name)}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${form.source}`,
    );
  }
  return value;
}

function inlinePolicies(text: string | null): readonly PolicyDocument[] {
  if (text === null) return [];
  if (text.length > MAX_POLICY_CHARACTERS) {
    throw invalid(`Policy must have at most ${MAX_POLICY_CHARACTERS} characters, but has ${text.length}`);
  }
  try {
    return [JSON.parse(text)];
  } catch {
    throw new AwsError('MalformedPolicyDocument', 'the session policy is not JSON');
  }
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
