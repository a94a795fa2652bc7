import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../is-record.ts';
import { type Intrinsic, listOf, malformed, type ResolveContext } from './intrinsic.ts';

/** The most conditions that CloudFormation takes in one `Fn::And` or `Fn::Or`. */
const MOST_CONDITIONS = 10;

/** `Fn::If` and the functions that conditions are made of. */
export const conditionIntrinsics: Readonly<Record<string, Intrinsic>> = {
  'Fn::If'(argument, context) {
    const [name, whenTrue, whenFalse] = listOf(argument, context, 3);
    if (typeof name !== 'string') return malformed(context, 'the first entry must be the name of a condition', name);
    const taken = context.condition(name);
    return context.resolve(taken ? whenTrue : whenFalse, `${context.at}[${taken ? 1 : 2}]`);
  },
  'Fn::Equals'(argument, context) {
    const [left, right] = listOf(argument, context, 2).map((side, index) =>
      comparable(context.resolve(side, `${context.at}[${index}]`)),
    );
    return isDeepStrictEqual(left, right);
  },
  'Fn::And': (argument, context) => listOf(argument, context, 2, MOST_CONDITIONS).every(truthIn(context)),
  'Fn::Or': (argument, context) => listOf(argument, context, 2, MOST_CONDITIONS).some(truthIn(context)),
  'Fn::Not': (argument, context) => !listOf(argument, context, 1).every(truthIn(context)),
};

/** Every scalar of a template is text to CloudFormation: `true` equals `"true"`. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, comparable(entry)]));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function truthIn(context: ResolveContext): (expression: unknown, index: number) => boolean {
  return (expression, index) => {
    if (isRecord(expression) && typeof expression.Condition === 'string')
      return context.condition(expression.Condition);
    const value = context.resolve(expression, `${context.at}[${index}]`);
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    return malformed(context, 'each entry must be a condition', value);
  };
}
