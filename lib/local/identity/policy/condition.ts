import type { ConditionContext } from '../../kernel/kernel.ts';
import { compileGlob, type VariableReader } from './glob.ts';
import { type Comparison, OPERATORS, type Operand } from './operators.ts';

/** One entry of a statement's Condition block, compiled. */
export interface Condition {
  /** The operator as the policy writes it. */
  readonly operator: string;
  /** `undefined` when it cannot be told: operator or key are not simulated, or a variable has no value. */
  holds(context: RequestKeys): boolean | undefined;
  /** Whether the operator is known. */
  readonly known: boolean;
}

/** The context keys of one request; names are compared without case. */
export interface RequestKeys {
  get(key: string): readonly string[] | undefined;
  /** Whether a key that is absent would be absent in AWS too. */
  isSimulated(key: string): boolean;
  readonly variable: VariableReader;
}

/** Prepares context keys for evaluation. */
export function requestKeys(
  context: ConditionContext,
  isSimulated: RequestKeys['isSimulated'] = () => true,
): RequestKeys {
  const keys = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(context)) {
    if (value !== undefined) keys.set(name.toLowerCase(), typeof value === 'string' ? [value] : value);
  }
  return {
    get: (key) => keys.get(key.toLowerCase()),
    isSimulated,
    variable(name) {
      const values = keys.get(name.toLowerCase());
      return values?.length === 1 ? values[0] : undefined;
    },
  };
}

const OPERATOR = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/;

/** Whether the policy language has a condition operator, with its prefix and suffix. */
export function isConditionOperator(operator: string): boolean {
  const [, , name = '', ifExists] = OPERATOR.exec(operator) ?? [];
  return (name === 'Null' && ifExists === undefined) || Object.hasOwn(OPERATORS, name);
}

/** Compiles one operator with one key and its values. */
export function compileCondition(
  operator: string,
  key: string,
  values: readonly string[],
  variables: boolean,
): Condition {
  const [, quantifier, name = '', ifExists] = OPERATOR.exec(operator) ?? [];
  if (name === 'Null' && ifExists === undefined) return { operator, known: true, holds: nullCheck(key, values) };
  const comparison = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (comparison === undefined) return { operator, known: false, holds: () => undefined };
  const operands = values.map((value) => toOperand(value, variables));
  return {
    operator,
    known: true,
    holds(context) {
      const present = context.get(key);
      if (present === undefined && !context.isSimulated(key)) return undefined;
      if (present === undefined || present.length === 0) {
        // A missing key satisfies "all of none", and whatever only says what the value must not be.
        if (ifExists !== undefined || quantifier === 'ForAllValues') return true;
        return quantifier === 'ForAnyValue' ? false : comparison.negated;
      }
      const test = (value: string) => compare(comparison, value, operands, context.variable);
      if (quantifier === 'ForAllValues') return every(present, test);
      if (quantifier === 'ForAnyValue') return some(present, test);
      return comparison.negated ? every(present, test) : some(present, test);
    },
  };
}

function nullCheck(key: string, values: readonly string[]) {
  return (context: RequestKeys) => {
    const present = context.get(key);
    if (present === undefined && !context.isSimulated(key)) return undefined;
    const isNull = String((present?.length ?? 0) === 0);
    return values.some((value) => value.toLowerCase() === isNull);
  };
}

function toOperand(value: string, variables: boolean): Operand {
  return { text: value, glob: compileGlob(value, { variables }), segments: segmentsOf(value, variables) };
}

function segmentsOf(value: string, variables: boolean) {
  return splitArn(value).map((part) => compileGlob(part, { variables }));
}

/** The six parts of an ARN; the last takes what is left, and a colon within `${aws:...}` divides nothing. */
function splitArn(value: string): readonly string[] {
  const parts: string[] = [''];
  let within = false;
  for (let index = 0; index < value.length; index++) {
    const character = value[index] ?? '';
    if (character === '$' && value[index + 1] === '{') within = true;
    if (character === '}') within = false;
    if (character === ':' && !within && parts.length < 6) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function compare(
  comparison: Comparison,
  value: string,
  operands: readonly Operand[],
  variables: VariableReader,
): boolean | undefined {
  const found = some(operands, (operand) => comparison.matches(value, operand, variables));
  return found === undefined || !comparison.negated ? found : !found;
}

function some<Item>(items: readonly Item[], test: (item: Item) => boolean | undefined): boolean | undefined {
  let result: boolean | undefined = false;
  for (const item of items) {
    const holds = test(item);
    if (holds === true) return true;
    if (holds === undefined) result = undefined;
  }
  return result;
}

function every<Item>(items: readonly Item[], test: (item: Item) => boolean | undefined): boolean | undefined {
  const broken = some(items, (item) => {
    const holds = test(item);
    return holds === undefined ? undefined : !holds;
  });
  return broken === undefined ? undefined : !broken;
}
