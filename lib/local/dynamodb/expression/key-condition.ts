import type { AttributeValue } from '../attribute-value.ts';
import { invalidParameters, validationError } from '../validation-error.ts';
import { beginsWith, compare } from './evaluate-condition.ts';
import type { Comparator, Condition, Operand } from './grammar.ts';
import { type Placeholders, resolvePath } from './placeholders.ts';

/** The attributes that make a key: of a table or of an index. */
export interface KeyNames {
  readonly hash: string;
  readonly range?: string;
}

/** What a Query asks for. */
export interface KeyCondition {
  readonly hash: AttributeValue;
  /** Whether a value of the sort key is wanted; absent when all are. */
  readonly inRange?: (value: AttributeValue) => boolean;
}

interface Part {
  readonly attribute: string;
  readonly equals?: AttributeValue;
  readonly operands: readonly AttributeValue[];
  readonly holds: (value: AttributeValue) => boolean;
}

const MIRRORED: Readonly<Record<Comparator, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * Reads a key condition against the keys of a table or index, whose types `typeOfKey` tells.
 *
 * @throws AwsError ValidationException
 */
export function readKeyCondition(
  condition: Condition,
  key: KeyNames,
  typeOfKey: (attribute: string) => string | undefined,
  placeholders: Placeholders,
): KeyCondition {
  const parts = (condition.kind === 'and' ? flatten(condition.conditions) : [condition]).map((part) =>
    readPart(part, placeholders),
  );
  const attributes = parts.map(({ attribute }) => attribute);
  if (new Set(attributes).size < attributes.length) {
    throw validationError(
      'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
    );
  }
  const hash = parts.find(({ attribute }) => attribute === key.hash);
  if (hash === undefined) throw validationError(`Query condition missed key schema element: ${key.hash}`);
  const rest = parts.filter((part) => part !== hash);
  const range = rest[0];
  if (range !== undefined && range.attribute !== key.range) {
    if (key.range !== undefined) throw validationError(`Query condition missed key schema element: ${key.range}`);
    throw validationError('Query key condition not supported');
  }
  if (hash.equals === undefined || rest.length > 1) throw validationError('Query key condition not supported');
  for (const part of parts) {
    const type = typeOfKey(part.attribute) ?? 'S';
    if (part.operands.every((operand) => Object.hasOwn(operand, type))) continue;
    throw invalidParameters('Condition parameter type does not match schema type');
  }
  return { hash: hash.equals, ...(range === undefined ? {} : { inRange: range.holds }) };
}

function flatten(conditions: readonly Condition[]): readonly Condition[] {
  return conditions.flatMap((inner) => (inner.kind === 'and' ? flatten(inner.conditions) : [inner]));
}

function readPart(part: Condition, placeholders: Placeholders): Part {
  const givenValue = (operand: Operand | undefined): AttributeValue => {
    if (operand?.kind !== 'value') throw invalid('No key attribute specified');
    return placeholders.values[operand.name] as AttributeValue;
  };
  const attributeOf = (operand: Operand | undefined): string => {
    if (operand?.kind === 'call') throw invalid('KeyConditionExpressions cannot contain nested operations');
    if (operand?.kind !== 'path') throw invalid('No key attribute specified');
    if (operand.path.length > 1) throw invalid('KeyConditionExpressions cannot have conditions on nested attributes');
    return String(resolvePath(operand.path, placeholders)[0]);
  };
  if (part.kind === 'between') {
    const [lower, upper] = [givenValue(part.lower), givenValue(part.upper)];
    const holds = (value: AttributeValue) => compare('>=', value, lower) && compare('<=', value, upper);
    return { attribute: attributeOf(part.operand), operands: [lower, upper], holds };
  }
  if (part.kind === 'call' && part.name === 'begins_with') {
    const prefix = givenValue(part.operands[1]);
    return {
      attribute: attributeOf(part.operands[0]),
      operands: [prefix],
      holds: (value) => beginsWith(value, prefix),
    };
  }
  if (part.kind !== 'compare' || part.comparator === '<>') throw invalidOperator(part);
  const mirrored = part.left.kind === 'value';
  const [path, operand] = mirrored ? [part.right, part.left] : [part.left, part.right];
  const comparator = mirrored ? MIRRORED[part.comparator] : part.comparator;
  const attribute = attributeOf(path);
  if (operand.kind === 'path') throw invalid('Multiple attribute names used in one condition');
  const value = givenValue(operand);
  return {
    attribute,
    operands: [value],
    holds: (candidate) => compare(comparator, candidate, value),
    ...(comparator === '=' ? { equals: value } : {}),
  };
}

function invalidOperator(part: Condition) {
  const operator =
    part.kind === 'call' ? part.name : part.kind === 'compare' ? part.comparator : part.kind.toUpperCase();
  return validationError(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function invalid(finding: string) {
  return validationError(`Invalid condition in KeyConditionExpression: ${finding}`);
}
