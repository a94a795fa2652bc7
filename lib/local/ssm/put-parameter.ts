import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  latestOf,
  PARAMETER_TYPES,
  type Parameter,
  type ParameterStore,
  type ParameterVersion,
} from './parameter-store.ts';

/** The longest values of the two tiers, in characters (Systems Manager User Guide, "Managing parameter tiers"). */
const LONGEST_VALUE = { Standard: 4_096, Advanced: 8_192 };

/** The most levels of a hierarchy, the parameter's own included (the same guide). */
const MOST_LEVELS = 15;
/** What a value may be declared to be (Systems Manager API Reference, PutParameter). */
const DATA_TYPES = ['text', 'aws:ec2:image', 'aws:ssm:integration'];

/** What PutParameter and templates say of a parameter, by the API's names. */
export interface PutInput {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: string;
  readonly Description?: string;
  readonly KeyId?: string;
  readonly Overwrite?: boolean;
  readonly AllowedPattern?: string;
  readonly DataType?: string;
  readonly Tier?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/**
 * Puts a parameter, or its next version.
 *
 * @throws AwsError ParameterAlreadyExists, ValidationException, ParameterPatternMismatchException
 */
export function putParameter(
  { clock }: Pick<Kernel, 'clock'>,
  store: ParameterStore,
  input: PutInput,
  changedBy: string,
): { readonly parameter: Parameter; readonly version: ParameterVersion } {
  const { Name, Value } = input;
  if (!/^\/?[a-zA-Z0-9_.\-/]+$/.test(Name) || Name.length > 1011 || Name.includes('//')) {
    throw new AwsError(
      'ValidationException',
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (/^\/?(?:aws|ssm)/i.test(Name)) {
    throw new AwsError(
      'ValidationException',
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
  }
  checkPlace(Name);
  const existing = store.find(Name);
  if (existing !== undefined && input.Overwrite !== true) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const former = existing === undefined ? undefined : latestOf(existing);
  const version = versionOf(input, former, { now: clock.now(), changedBy });
  if (existing !== undefined) {
    existing.versions.push(version);
    return { parameter: existing, version };
  }
  const tags = Object.fromEntries((input.Tags ?? []).map(({ Key, Value: value }) => [Key, value]));
  const parameter: Parameter = { name: Name, arn: store.arnOf(Name), versions: [version], tags };
  if (Value === '') throw new AwsError('ValidationException', 'The parameter value must not be empty.');
  store.add(parameter);
  return { parameter, version };
}

/** Systems Manager User Guide, "Working with parameter hierarchies". @throws AwsError */
function checkPlace(name: string): void {
  if (name.endsWith('/')) throw new AwsError('ValidationException', 'Parameter name must not end with slash.');
  if (name.includes('/') && !name.startsWith('/')) {
    throw new AwsError('ValidationException', 'Parameter name must be a fully qualified name.');
  }
  if (name.split('/').length - 1 <= MOST_LEVELS) return;
  const message = `A hierarchy of parameters can have at most ${MOST_LEVELS} levels.`;
  throw new AwsError('HierarchyLevelLimitExceededException', message);
}

function versionOf(
  input: PutInput,
  former: ParameterVersion | undefined,
  { now, changedBy }: { readonly now: number; readonly changedBy: string },
): ParameterVersion {
  const Type = input.Type ?? former?.Type;
  if (Type === undefined) {
    throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
  }
  if (!(PARAMETER_TYPES as readonly string[]).includes(Type)) {
    throw new AwsError('UnsupportedParameterType', `Type ${Type} is not supported; use ${PARAMETER_TYPES.join(', ')}.`);
  }
  if (input.KeyId !== undefined && Type !== 'SecureString') {
    throw new AwsError('ValidationException', 'KeyId is required for SecureString type parameter only.');
  }
  if (input.DataType !== undefined && !DATA_TYPES.includes(input.DataType)) {
    const message = `The following data type is not supported: ${input.DataType} (Data type names are all lowercase.)`;
    throw new AwsError('ValidationException', message);
  }
  const Tier = input.Tier === 'Advanced' || former?.Tier === 'Advanced' ? 'Advanced' : 'Standard';
  if (input.Value.length > LONGEST_VALUE[Tier]) {
    throw new AwsError(
      'ValidationException',
      `${Tier} tier parameters support a maximum parameter value of ${LONGEST_VALUE[Tier]} characters.`,
    );
  }
  const pattern = input.AllowedPattern ?? former?.AllowedPattern;
  if (pattern !== undefined && pattern !== '' && !new RegExp(`^(?:${pattern})$`).test(input.Value)) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
  }
  const KeyId = Type === 'SecureString' ? (input.KeyId ?? former?.KeyId ?? 'alias/aws/ssm') : undefined;
  const Description = input.Description ?? former?.Description;
  return {
    Version: (former?.Version ?? 0) + 1,
    Type,
    Value: input.Value,
    changedAt: now,
    changedBy,
    ...(Description === undefined ? {} : { Description }),
    ...(KeyId === undefined ? {} : { KeyId }),
    ...(pattern === undefined || pattern === '' ? {} : { AllowedPattern: pattern }),
    DataType: input.DataType ?? former?.DataType ?? 'text',
    Tier,
  };
}
