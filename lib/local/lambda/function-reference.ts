import type { ArnParts } from './function-definition.ts';
import { invalidParameter } from './lambda-error.ts';

/** A function as a caller names it. */
export interface FunctionReference {
  readonly functionName: string;
  /** A version's number, an alias's name or `$LATEST`; absent in an unqualified name. */
  readonly qualifier?: string;
}

const NAME = '[a-zA-Z0-9-_]+';
const QUALIFIER = String.raw`\$LATEST|[a-zA-Z0-9-_]+`;
const REFERENCE = new RegExp(
  `^(?:(?:arn:[a-z-]+:lambda:[a-z0-9-]+:)?\\d{12}:function:|function:)?(${NAME})(?::(${QUALIFIER}))?$`,
);

/**
 * Reads any of the forms that Lambda takes: name, `name:qualifier`, partial ARN, ARN.
 *
 * @throws AwsError InvalidParameterValueException
 */
export function parseFunctionReference(nameOrArn: string): FunctionReference {
  const [, functionName, qualifier] = REFERENCE.exec(nameOrArn) ?? [];
  if (functionName === undefined) {
    throw invalidParameter(`'${nameOrArn}' names no function: give a name, a partial ARN or an ARN`);
  }
  return qualifier === undefined ? { functionName } : { functionName, qualifier };
}

/** The ARN of a reference in this account and Region. */
export function functionArn(reference: FunctionReference, parts: ArnParts): string {
  const base = `arn:${parts.partition}:lambda:${parts.region}:${parts.accountId}:function:${reference.functionName}`;
  return reference.qualifier === undefined ? base : `${base}:${reference.qualifier}`;
}
