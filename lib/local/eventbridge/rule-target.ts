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
const LEAST_AGE_SECONDS = 60;
/** Targets that EventBridge reaches under a role alone (EventBridge User Guide, "Permissions required for targets"). */
const NEEDS_ROLE = /^arn:[^:]+:(?:batch|codebuild|codepipeline|ecs|firehose|kinesis|states):/;

/** Reads a rule's `Targets`, each under an id of its own. @throws AwsError `ValidationException` */
export function readTargets(declared: readonly unknown[]): readonly RuleTarget[] {
  const targets = declared.map(readTarget);
  const ids = targets.map(({ id }) => id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated === undefined) return targets;
  throw new AwsError('ValidationException', `The id ${repeated} stands for more than one target: ids must be unique.`);
}

function readTarget(declared: unknown): RuleTarget {
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
  if (!isArn(arn)) refuse(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format`);
  if (roleArn === undefined && NEEDS_ROLE.test(arn)) refuse(`RoleArn is required for target ${arn}`);
  if (typeof input === 'string' && !isJson(input)) refuse(`JSON syntax error in Input for target ${id}`);
  if (inputPath !== undefined && !isJsonPath(inputPath))
    refuse(`InputPath "${inputPath}" of target ${id} is not a JSON path`);
  const retries = isRecord(target.RetryPolicy) ? target.RetryPolicy : {};
  const deadLetter = isRecord(target.DeadLetterConfig) ? target.DeadLetterConfig.Arn : undefined;
  if (deadLetter !== undefined && !/^arn:[^:]+:sqs:/.test(String(deadLetter))) {
    refuse(
      `Parameter ${deadLetter} is not valid. Reason: The dead-letter queue of target ${id} must be a queue of SQS`,
    );
  }
  return {
    id,
    arn,
    ...(typeof roleArn === 'string' ? { roleArn } : {}),
    ...(typeof input === 'string' ? { input } : {}),
    ...(typeof inputPath === 'string' ? { inputPath } : {}),
    ...(isRecord(transformer) ? { inputTransformer: readTransformer(id, transformer, refuse) } : {}),
    ...(typeof deadLetter === 'string' ? { deadLetterArn: deadLetter } : {}),
    maximumRetryAttempts: within(retries, 'MaximumRetryAttempts', 0, RETRY_ATTEMPTS, refuse),
    maximumEventAgeSeconds: within(retries, 'MaximumEventAgeInSeconds', LEAST_AGE_SECONDS, EVENT_AGE_SECONDS, refuse),
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

/** A number of a retry policy, which templates may write as text; the most is what stands where none is given. */
function within(
  policy: Record<string, unknown>,
  name: string,
  least: number,
  most: number,
  refuse: (reason: string) => never,
): number {
  const value = policy[name];
  if (value === undefined) return most;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  return refuse(`${name} of a retry policy must be a whole number from ${least} to ${most}, but is ${value}`);
}

function isArn(text: string): boolean {
  return /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/.test(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
