import { existsSync } from 'node:fs';
import type { Clock } from '../kernel/clock.ts';
import type { ResourceDeclaration } from '../kernel/service.ts';
import { physicalName } from '../template/physical-name.ts';
import { checkVariables } from './check-variables.ts';
import { invalidParameter } from './lambda-error.ts';

/** Where the code of a function comes from. */
export type FunctionCode =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'inline'; readonly source: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** A function as its template declares it, with Lambda's defaults filled in. */
export interface FunctionDefinition {
  readonly functionName: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly stackName: string;
  readonly path?: string;
  readonly description: string;
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly memorySizeMb: number;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly architecture: string;
  readonly logGroup: string;
  readonly reservedConcurrency?: number;
  readonly deadLetterArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly code: FunctionCode;
}

/** A function with what requests may ask of it beside what runs. */
export interface FunctionRecord extends FunctionDefinition {
  /** What it was read of. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Simulated milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Another one after each change. */
  readonly revisionId: string;
}

/** What a definition has of the kernel. */
export interface DefinitionParts extends ArnParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly uuid: () => string;
}

/** The part of the kernel that ARNs are made of. */
export interface ArnParts {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

const NAME_LIMIT = 64;

/** What every function needs that is no container image. @throws AwsError InvalidParameterValueException */
export function requireRuntimeAndHandler({ Runtime, Handler }: Readonly<Record<string, unknown>>): void {
  if (Runtime && Handler) return;
  throw invalidParameter(
    'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
  );
}

/** Reads an `AWS::Lambda::Function`. @throws AwsError InvalidParameterValueException for values that Lambda refuses. */
export function readFunction(declaration: ResourceDeclaration, parts: DefinitionParts): FunctionRecord {
  const { properties, logicalId, stackName } = declaration;
  const functionName = text(properties.FunctionName) ?? physicalName(stackName, logicalId, { maxLength: NAME_LIMIT });
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(functionName)) {
    throw invalidParameter(
      `FunctionName must have 1 to ${NAME_LIMIT} letters, digits, hyphens or underscores, but is '${functionName}'`,
    );
  }
  const role = text(properties.Role);
  if (role === undefined) throw invalidParameter(`function ${functionName} has no Role: give the ARN of its role`);
  const reserved = properties.ReservedConcurrentExecutions;
  const deadLetterArn = text(properties.DeadLetterConfig?.TargetArn);
  return {
    functionName,
    arn: `arn:${parts.partition}:lambda:${parts.region}:${parts.accountId}:function:${functionName}`,
    logicalId,
    stackName,
    ...(declaration.path === undefined ? {} : { path: declaration.path }),
    description: text(properties.Description) ?? '',
    runtime: text(properties.Runtime) ?? '',
    handler: text(properties.Handler) ?? '',
    role,
    memorySizeMb: integer('MemorySize', properties.MemorySize, 128, 128, 10_240),
    timeoutSeconds: integer('Timeout', properties.Timeout, 3, 1, 900),
    variables: checkVariables(properties.Environment?.Variables),
    architecture: text(properties.Architectures?.[0]) ?? 'x86_64',
    logGroup: text(properties.LoggingConfig?.LogGroup) ?? `/aws/lambda/${functionName}`,
    ...(reserved === undefined
      ? {}
      : { reservedConcurrency: integer('ReservedConcurrentExecutions', reserved, 0, 0, 100_000) }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    tags: tagRecord(properties.Tags),
    code: readCode(functionName, properties),
    properties,
    modifiedAt: parts.clock.now(),
    revisionId: parts.uuid(),
  };
}

function tagRecord(tags: readonly { readonly Key: string; readonly Value: string }[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function readCode(functionName: string, properties: ResourceDeclaration['properties']): FunctionCode {
  const runtime = text(properties.Runtime) ?? '';
  const code = properties.Code ?? {};
  if (properties.PackageType === 'Image') {
    return { kind: 'unavailable', reason: `function ${functionName} is a container image, which is not simulated` };
  }
  if (!/^nodejs\d+\.x$/.test(runtime)) {
    return {
      kind: 'unavailable',
      reason: `function ${functionName} has the runtime ${runtime || '(none)'}, but only nodejs runtimes run here`,
    };
  }
  if (typeof code.ZipFile === 'string') return { kind: 'inline', source: code.ZipFile };
  const path = text(code.LocalPath);
  if (path === undefined) {
    return { kind: 'unavailable', reason: `the code of function ${functionName} is not on this machine` };
  }
  if (!existsSync(path)) throw invalidParameter(`the code of function ${functionName} does not exist: ${path}`);
  return { kind: 'path', path };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function integer(name: string, value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw invalidParameter(`${name} must be a whole number from ${min} to ${max}, but is ${JSON.stringify(value)}`);
  }
  return number;
}
