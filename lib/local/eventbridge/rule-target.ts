import { AwsError } from '../kernel/aws-error.ts';
import { isRecord } from '../template/is-record.ts';
import { PREDEFINED_VARIABLES, templateVariables } from './input-template.ts';
import { isJsonPath } from './json-path.ts';

/** A target of a rule. */
export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly roleArn?: string;
  readonly input?: string;
  readonly inputPath?: string;
  readonly inputTransformer?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
  readonly deadLetterArn?: string;
  /** How many more attempts follow the first one. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** As it was declared, for those who read it back. */
  readonly declared: Readonly<Record<string, unknown>>;
}

/** What EventBridge assumes where a target has no `RetryPolicy`; both are also the most that it takes. */
const RETRY_ATTEMPTS = 185;
const EVENT_AGE_SECONDS = 86_400;

/** Reads one entry of a rule's `Targets`. @throws AwsError `ValidationException` */
export function readTarget(declared: unknown): RuleTarget {
  const refuse = (reason: string): never => {
    throw new AwsError('ValidationException', `${reason}.`);
  };
  const target = isRecord(declared) ? declared : {};
  const {
    Id: id,
    Arn: arn,
    Input: input,
    InputPath: inputPath,
    InputTransformer: transformer,
    RoleArn: roleArn,
  } = target;
  if (typeof id !== 'string' || typeof arn !== 'string') return refuse('Id and Arn of a target must be given');
  if ([input, inputPath, transformer].filter((given) => given !== undefined).length > 1) {
    refuse(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}`);
  }
  if (inputPath !== undefined && !isJsonPath(inputPath))
    refuse(`InputPath "${inputPath}" of target ${id} is not a JSON path`);
  const retries = isRecord(target.RetryPolicy) ? target.RetryPolicy : {};
  const deadLetter = isRecord(target.DeadLetterConfig) ? target.DeadLetterConfig.Arn : undefined;
  return {
    id,
    arn,
    ...(typeof roleArn === 'string' ? { roleArn } : {}),
    ...(typeof input === 'string' ? { input } : {}),
    ...(typeof inputPath === 'string' ? { inputPath } : {}),
    ...(isRecord(transformer) ? { inputTransformer: readTransformer(id, transformer, refuse) } : {}),
    ...(typeof deadLetter === 'string' ? { deadLetterArn: deadLetter } : {}),
    maximumRetryAttempts: numberFrom(retries.MaximumRetryAttempts, RETRY_ATTEMPTS),
    maximumEventAgeSeconds: numberFrom(retries.MaximumEventAgeInSeconds, EVENT_AGE_SECONDS),
    declared: target,
  };
}

function readTransformer(id: string, transformer: Record<string, unknown>, refuse: (reason: string) => never) {
  const { InputTemplate: template, InputPathsMap: paths = {} } = transformer;
  if (typeof template !== 'string') return refuse(`InputTemplate of target ${id} must be given`);
  if (!isRecord(paths)) return refuse(`InputPathsMap of target ${id} must be an object`);
  for (const [name, path] of Object.entries(paths)) {
    if (!isJsonPath(path)) refuse(`InputPathsMap "${name}" of target ${id} is not a JSON path`);
  }
  const unknown = templateVariables(template).find(
    (name) => !Object.hasOwn(paths, name) && !PREDEFINED_VARIABLES.has(name),
  );
  if (unknown !== undefined) refuse(`InputTemplate for target ${id} contains invalid placeholder ${unknown}`);
  return { template, paths: paths as Record<string, string> };
}

/** Templates may write numbers as text. */
function numberFrom(value: unknown, fallback: number): number {
  return value === undefined ? fallback : Number(value);
}
