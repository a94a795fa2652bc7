import type { ArnParts } from './function-definition.ts';
import { functionArn, parseFunctionReference } from './function-reference.ts';
import { functionExists, functionNotFound, invalidParameter } from './lambda-error.ts';
import { type InvocationTarget, LATEST, type LocalFunction } from './local-function.ts';

/** All functions of one local cloud, found by any form of their names. */
export interface FunctionRegistry {
  /** @throws AwsError ResourceConflictException */
  add(fn: LocalFunction): void;
  /** Whether a function of a name, a partial ARN or an ARN is there. @throws AwsError InvalidParameterValueException */
  has(nameOrArn: string): boolean;
  /** The name alone of any form of it. @throws AwsError InvalidParameterValueException */
  nameOf(nameOrArn: string): string;
  /** Forgets a function. */
  remove(fn: LocalFunction): void;
  all(): readonly LocalFunction[];
  /** @throws AwsError ResourceNotFoundException, InvalidParameterValueException */
  resolve(nameOrArn: string, qualifier?: string): InvocationTarget;
  /** The ARN that a name stands for, whether or not such a function exists. @throws AwsError */
  arnOf(nameOrArn: string, qualifier?: string): string;
}

/** Creates an empty registry. */
export function createFunctionRegistry(parts: ArnParts): FunctionRegistry {
  const functions = new Map<string, LocalFunction>();

  function reference(nameOrArn: string, qualifier: string | undefined) {
    const parsed = parseFunctionReference(nameOrArn);
    if (qualifier === undefined) return parsed;
    if (parsed.qualifier !== undefined && parsed.qualifier !== qualifier) {
      throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
    }
    return { ...parsed, qualifier };
  }

  return {
    add(fn) {
      const { functionName } = fn.definition;
      if (functions.has(functionName)) throw functionExists(functionName);
      functions.set(functionName, fn);
    },
    has: (nameOrArn) => functions.has(reference(nameOrArn, undefined).functionName),
    nameOf: (nameOrArn) => reference(nameOrArn, undefined).functionName,
    remove: ({ definition }) => void functions.delete(definition.functionName),
    all: () => [...functions.values()],
    arnOf: (nameOrArn, qualifier) => functionArn(reference(nameOrArn, qualifier), parts),
    resolve(nameOrArn, givenQualifier) {
      const named = reference(nameOrArn, givenQualifier);
      const arn = functionArn(named, parts);
      const fn = functions.get(named.functionName);
      const version = fn === undefined ? undefined : versionOf(fn, named.qualifier);
      if (fn === undefined || version === undefined) throw functionNotFound(arn);
      const { qualifier } = named;
      return qualifier === undefined ? { fn, version, arn } : { fn, version, qualifier, arn };
    },
  };
}

function versionOf(fn: LocalFunction, qualifier: string | undefined): string | undefined {
  if (qualifier === undefined || qualifier === LATEST) return LATEST;
  return fn.versions.has(qualifier) ? qualifier : fn.aliases.get(qualifier);
}
