import { AwsError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';
import { malformedPolicy } from './iam-errors.ts';
import { readPolicy } from './policy/check-policy.ts';

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
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
}

/** Six parts, of which region and account may be empty. */
const ROLE_ARN = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/s;
const DEFAULT_SECONDS = 3_600;
/** STS API Reference, AssumeRole: DurationSeconds and Policy. */
const LEAST_SECONDS = 900;
const MOST_SECONDS = 43_200;
const MAX_POLICY_CHARACTERS = 2_048;
const MOST_SESSION_TAGS = 50;

/** Reads the parameters of AssumeRole. @throws AwsError ValidationError, MalformedPolicyDocument */
export function readAssumeRole(parameters: URLSearchParams): AssumeRoleRequest {
  const roleArn = required(parameters, 'RoleArn', /^[\s\S]{20,2048}$/);
  if (!ROLE_ARN.test(roleArn)) throw invalid(`${roleArn} is invalid`);
  const sessionName = required(parameters, 'RoleSessionName', /^[\w+=,.@-]*$/);
  if (sessionName.length < 2 || sessionName.length > 64) {
    const bound = sessionName.length < 2 ? 'greater than or equal to 2' : 'less than or equal to 64';
    throw invalid(
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  const durationSeconds = Number(parameters.get('DurationSeconds') ?? DEFAULT_SECONDS);
  if (!Number.isInteger(durationSeconds) || durationSeconds < LEAST_SECONDS || durationSeconds > MOST_SECONDS) {
    throw invalid(`DurationSeconds must be a whole number from ${LEAST_SECONDS} to ${MOST_SECONDS}`);
  }
  const policyArns = listed(parameters, /^PolicyArns\.member\.\d+\.arn$/);
  const tags = sessionTags(parameters);
  const transitiveTagKeys = listed(parameters, /^TransitiveTagKeys\.member\.\d+$/);
  if (transitiveTagKeys.some((key) => !Object.hasOwn(tags, key))) {
    const message = 'The specified transitive tag key must be included in the requested tags.';
    throw new AwsError('InvalidParameterValue', message);
  }
  return {
    roleArn,
    sessionName,
    durationSeconds,
    externalId: parameters.get('ExternalId') ?? undefined,
    policies: inlinePolicies(parameters.get('Policy')),
    policyArns,
    tags,
    transitiveTagKeys,
    sourceIdentity: parameters.get('SourceIdentity') ?? undefined,
  };
}

function listed(parameters: URLSearchParams, form: RegExp): readonly string[] {
  return [...parameters].filter(([name]) => form.test(name)).map(([, value]) => value);
}

function sessionTags(parameters: URLSearchParams): Readonly<Record<string, string>> {
  const tags = new Map<string, string>();
  for (const [name, key] of parameters) {
    const prefix = /^(Tags\.member\.\d+)\.Key$/.exec(name)?.[1];
    if (prefix === undefined) continue;
    if (tags.has(key.toLowerCase())) {
      throw new AwsError(
        'InvalidParameterValue',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    }
    tags.set(key.toLowerCase(), prefix);
  }
  if (tags.size > MOST_SESSION_TAGS) {
    throw invalid(
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${MOST_SESSION_TAGS}`,
    );
  }
  return Object.fromEntries(
    [...tags.values()].map((prefix) => [
      parameters.get(`${prefix}.Key`) ?? '',
      parameters.get(`${prefix}.Value`) ?? '',
    ]),
  );
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
      `1 validation error detected: Value '${value}' at '${lower(name)}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${form.source.replace(/^\^|\$$/g, '')}`,
    );
  }
  return value;
}

function inlinePolicies(text: string | null): readonly PolicyDocument[] {
  if (text === null) return [];
  if (text.length > MAX_POLICY_CHARACTERS) {
    throw invalid(`Policy must have at most ${MAX_POLICY_CHARACTERS} characters, but has ${text.length}`);
  }
  return [readPolicy(text, 'identity', malformedPolicy)];
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
