import type { AttributeValue } from '../attribute-value.ts';
import { validationError } from '../validation-error.ts';
import type { ExpressionInput } from './read-expressions.ts';

/**
 * The parameters that expressions replaced, which old programs still send
 * (DynamoDB Developer Guide, "Legacy conditional parameters").
 */
export interface LegacyInput {
  readonly AttributesToGet?: readonly string[];
  readonly AttributeUpdates?: Readonly<Record<string, { readonly Action?: string; readonly Value?: AttributeValue }>>;
  readonly Expected?: Readonly<
    Record<string, LegacyCondition & { readonly Exists?: boolean; readonly Value?: AttributeValue }>
  >;
  readonly KeyConditions?: Readonly<Record<string, LegacyCondition>>;
  readonly QueryFilter?: Readonly<Record<string, LegacyCondition>>;
  readonly ScanFilter?: Readonly<Record<string, LegacyCondition>>;
  readonly ConditionalOperator?: 'AND' | 'OR';
}

interface LegacyCondition {
  readonly ComparisonOperator?: string;
  readonly AttributeValueList?: readonly AttributeValue[];
}

const EXPRESSIONS = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
] as const;
const LEGACY = [
  'AttributeUpdates',
  'AttributesToGet',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
] as const;

const TEMPLATES: Readonly<Record<string, (name: string, values: readonly string[]) => string>> = {
  EQ: (name, [value]) => `${name} = ${value}`,
  NE: (name, [value]) => `${name} <> ${value}`,
  LT: (name, [value]) => `${name} < ${value}`,
  LE: (name, [value]) => `${name} <= ${value}`,
  GT: (name, [value]) => `${name} > ${value}`,
  GE: (name, [value]) => `${name} >= ${value}`,
  NULL: (name) => `attribute_not_exists(${name})`,
  NOT_NULL: (name) => `attribute_exists(${name})`,
  CONTAINS: (name, [value]) => `contains(${name}, ${value})`,
  NOT_CONTAINS: (name, [value]) => `NOT contains(${name}, ${value})`,
  BEGINS_WITH: (name, [value]) => `begins_with(${name}, ${value})`,
  BETWEEN: (name, [lower, upper]) => `${name} BETWEEN ${lower} AND ${upper}`,
  IN: (name, values) => `${name} IN (${values.join(', ')})`,
};

/** Writes the legacy parameters of a write as expressions. @throws AwsError ValidationException */
export function withLegacyWrite<Input extends ExpressionInput>(input: Input & LegacyInput): ExpressionInput & Input {
  if (!hasLegacy(input)) return input;
  const writer = new ExpressionWriter();
  const update = writer.updates(input.AttributeUpdates);
  const condition = writer.conditions(expectations(input.Expected), input.ConditionalOperator);
  return {
    ...input,
    ...writer.placeholders(),
    ...given('UpdateExpression', update),
    ...given('ConditionExpression', condition),
  };
}

/** Writes the legacy parameters of a read or search as expressions. @throws AwsError ValidationException */
export function withLegacyRead<Input extends ExpressionInput>(input: Input & LegacyInput): ExpressionInput & Input {
  if (!hasLegacy(input)) return input;
  const writer = new ExpressionWriter();
  const key = writer.conditions(input.KeyConditions, 'AND');
  const filter = writer.conditions(input.QueryFilter ?? input.ScanFilter, input.ConditionalOperator);
  const projection = input.AttributesToGet?.map((name) => writer.name(name)).join(', ');
  return {
    ...input,
    ...writer.placeholders(),
    ...given('KeyConditionExpression', key),
    ...given('FilterExpression', filter),
    ...given('ProjectionExpression', projection),
  };
}

function hasLegacy(input: ExpressionInput & LegacyInput): boolean {
  const legacy = LEGACY.filter((name) => input[name] !== undefined && input[name] !== null);
  const modern = EXPRESSIONS.filter((name) => input[name] !== undefined && input[name] !== null);
  if (legacy.length === 0) return false;
  if (modern.length === 0) return true;
  throw validationError(
    `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(', ')}} Expression parameters: {${modern.join(', ')}}`,
  );
}

function given(parameter: string, text: string | undefined): Readonly<Record<string, string>> {
  return text === undefined || text === '' ? {} : { [parameter]: text };
}

function expectations(expected: LegacyInput['Expected']): Readonly<Record<string, LegacyCondition>> | undefined {
  if (expected === undefined) return undefined;
  const conditions = Object.entries(expected).map(([name, { Exists, Value, ...condition }]) => {
    if (condition.ComparisonOperator !== undefined) return [name, condition] as const;
    if (Exists === false) return [name, { ComparisonOperator: 'NULL' }] as const;
    if (Value !== undefined) return [name, { ComparisonOperator: 'EQ', AttributeValueList: [Value] }] as const;
    const message = `Value must be provided when Exists is ${Exists ?? 'null'} for Attribute: ${name}`;
    throw validationError(`One or more parameter values were invalid: ${message}`);
  });
  return Object.fromEntries(conditions);
}

/** Collects the placeholders of expressions that are written piece by piece. */
class ExpressionWriter {
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, AttributeValue> = {};

  name(attribute: string): string {
    const placeholder = `#legacy${Object.keys(this.#names).length}`;
    this.#names[placeholder] = attribute;
    return placeholder;
  }

  value(value: AttributeValue): string {
    const placeholder = `:legacy${Object.keys(this.#values).length}`;
    this.#values[placeholder] = value;
    return placeholder;
  }

  placeholders(): Pick<ExpressionInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
    return {
      ...(Object.keys(this.#names).length === 0 ? {} : { ExpressionAttributeNames: this.#names }),
      ...(Object.keys(this.#values).length === 0 ? {} : { ExpressionAttributeValues: this.#values }),
    };
  }

  conditions(conditions: Readonly<Record<string, LegacyCondition>> | undefined, operator = 'AND'): string | undefined {
    return Object.entries(conditions ?? {})
      .map(([name, { ComparisonOperator = '', AttributeValueList = [] }]) => {
        const template = Object.hasOwn(TEMPLATES, ComparisonOperator) ? TEMPLATES[ComparisonOperator] : undefined;
        checkArguments(ComparisonOperator, AttributeValueList.length);
        const values = AttributeValueList.map((value) => this.value(value));
        return `(${template?.(this.name(name), values)})`;
      })
      .join(` ${operator} `);
  }

  updates(updates: LegacyInput['AttributeUpdates']): string {
    const sections: Record<string, string[]> = { SET: [], REMOVE: [], ADD: [], DELETE: [] };
    for (const [name, { Action = 'PUT', Value }] of Object.entries(updates ?? {})) {
      if (Value === undefined && Action !== 'DELETE') {
        throw validationError(
          'One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified',
        );
      }
      const path = this.name(name);
      if (Value === undefined) sections.REMOVE?.push(path);
      else if (Action === 'PUT') sections.SET?.push(`${path} = ${this.value(Value)}`);
      else sections[Action]?.push(`${path} ${this.value(Value)}`);
    }
    return Object.entries(sections)
      .flatMap(([section, changes]) => (changes.length === 0 ? [] : [`${section} ${changes.join(', ')}`]))
      .join(' ');
  }
}

function checkArguments(operator: string, count: number): void {
  const wanted = operator === 'BETWEEN' ? 2 : operator === 'NULL' || operator === 'NOT_NULL' ? 0 : 1;
  if (operator === 'IN' ? count > 0 : count === wanted) return;
  throw validationError(
    `One or more parameter values were invalid: Invalid number of argument(s) for the ${operator} ComparisonOperator`,
  );
}
