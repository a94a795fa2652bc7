import { BlockList, isIP } from 'node:net';
import type { Glob, VariableReader } from './glob.ts';

/** One value of a condition, compiled. */
export interface Operand {
  readonly text: string;
  readonly glob: Glob;
  /** The six parts of the value, should it be an ARN. */
  readonly segments: readonly Glob[];
}

/** What an operator does with one value of the request and one of the policy. */
export interface Comparison {
  /** Whether the operator demands that no value of the policy matches. */
  readonly negated: boolean;
  /** `undefined` when a policy variable has no value. */
  matches(value: string, operand: Operand, variables: VariableReader): boolean | undefined;
}

type Matches = Comparison['matches'];

const equals: Matches = (value, { glob }, variables) => {
  const literal = glob.literal(variables);
  return literal === undefined ? undefined : literal === value;
};

const equalsIgnoreCase: Matches = (value, { glob }, variables) => {
  const literal = glob.literal(variables);
  return literal === undefined ? undefined : literal.toLowerCase() === value.toLowerCase();
};

const like: Matches = (value, { glob }, variables) => glob.matches(value, variables);

const arnLike: Matches = (value, { segments }, variables) => {
  const parts = value.split(':');
  const six = [...parts.slice(0, 5), parts.slice(5).join(':')];
  if (parts.length < 6 || segments.length !== 6) return segments.length === 1 && segments[0]?.matches(value, variables);
  let result: boolean | undefined = true;
  for (const [index, segment] of segments.entries()) {
    const matched = segment.matches(six[index] ?? '', variables);
    if (matched === false) return false;
    if (matched === undefined) result = undefined;
  }
  return result;
};

const bool: Matches = (value, { text }) => value.toLowerCase() === text.toLowerCase();

function ordered(read: (text: string) => number, test: (order: number) => boolean): Matches {
  return (value, { text }) => {
    const order = read(value) - read(text);
    return !Number.isNaN(order) && test(order);
  };
}

const toNumber = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
/** A date is written in ISO 8601 or as seconds since the epoch. */
const toDate = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const inNetwork: Matches = (value, { text }) => {
  const [network = '', bits] = text.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(value) !== family) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  const prefix = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) return false;
  list.addSubnet(network, prefix, type);
  return list.check(value, type);
};

const is = (matches: Matches): Comparison => ({ negated: false, matches });
const isNot = (matches: Matches): Comparison => ({ negated: true, matches });

function ordering(prefix: string, read: (text: string) => number): Record<string, Comparison> {
  const same = ordered(read, (order) => order === 0);
  return {
    [`${prefix}Equals`]: is(same),
    [`${prefix}NotEquals`]: isNot(same),
    [`${prefix}LessThan`]: is(ordered(read, (order) => order < 0)),
    [`${prefix}LessThanEquals`]: is(ordered(read, (order) => order <= 0)),
    [`${prefix}GreaterThan`]: is(ordered(read, (order) => order > 0)),
    [`${prefix}GreaterThanEquals`]: is(ordered(read, (order) => order >= 0)),
  };
}

/**
 * The condition operators without their prefixes and suffixes, `Null` aside.
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
 */
export const OPERATORS: Readonly<Record<string, Comparison>> = {
  StringEquals: is(equals),
  StringNotEquals: isNot(equals),
  StringEqualsIgnoreCase: is(equalsIgnoreCase),
  StringNotEqualsIgnoreCase: isNot(equalsIgnoreCase),
  StringLike: is(like),
  StringNotLike: isNot(like),
  BinaryEquals: is(equals),
  // With wildcards or without, the two spellings of each behave alike.
  ArnEquals: is(arnLike),
  ArnLike: is(arnLike),
  ArnNotEquals: isNot(arnLike),
  ArnNotLike: isNot(arnLike),
  Bool: is(bool),
  IpAddress: is(inNetwork),
  NotIpAddress: isNot(inNetwork),
  ...ordering('Numeric', toNumber),
  ...ordering('Date', toDate),
};
