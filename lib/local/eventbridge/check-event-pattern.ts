import { isIP } from 'node:net';
import { AwsError } from '../kernel/aws-error.ts';
import { isRecord } from '../template/is-record.ts';
import type { EventPattern } from './event-pattern.ts';

const LOWER_BOUNDS: readonly unknown[] = ['>', '>='];
const UPPER_BOUNDS: readonly unknown[] = ['<', '<='];

/** The pattern that a rule declares, as an object or as JSON. @throws AwsError `InvalidEventPatternException` */
export function checkEventPattern(declared: unknown): EventPattern {
  const pattern = typeof declared === 'string' ? parsed(declared) : declared;
  if (!isRecord(pattern)) return refuse('the pattern must be a JSON object');
  checkObject(pattern, '');
  return pattern;
}

function refuse(reason: string): never {
  throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('the pattern is not JSON');
  }
}

function checkObject(pattern: Record<string, unknown>, at: string): void {
  if (Object.keys(pattern).length === 0) refuse(`empty objects are not allowed${at === '' ? '' : ` at ${at}`}`);
  for (const [field, wanted] of Object.entries(pattern)) {
    const place = at === '' ? field : `${at}.${field}`;
    if (field === '$or' && Array.isArray(wanted)) checkAlternatives(wanted, place);
    else if (isRecord(wanted)) checkObject(wanted, place);
    else if (!Array.isArray(wanted)) refuse(`"${place}" must be an object or an array`);
    else if (wanted.length === 0) refuse(`"${place}" must not be an empty array`);
    else for (const matcher of wanted) checkMatcher(matcher, place);
  }
}

function checkAlternatives(alternatives: readonly unknown[], place: string): void {
  if (alternatives.length < 2) refuse(`"${place}" must hold at least two patterns`);
  for (const alternative of alternatives) {
    if (!isRecord(alternative)) refuse(`"${place}" must hold patterns`);
    else checkObject(alternative, place);
  }
}

function checkMatcher(matcher: unknown, place: string): void {
  if (Array.isArray(matcher)) refuse(`"${place}" must not hold arrays`);
  if (!isRecord(matcher)) return;
  const entries = Object.entries(matcher);
  const [kind, argument] = entries[0] ?? [];
  if (entries.length !== 1) refuse(`each matcher of "${place}" must have exactly one key`);
  const valid = isValid(kind, argument);
  if (valid === undefined) refuse(`"${place}" uses the unknown matcher "${kind}"`);
  if (!valid) refuse(`"${place}" has a "${kind}" that is not valid: ${JSON.stringify(argument)}`);
}

/** Whether a matcher's argument is valid; nothing when there is no such matcher. */
function isValid(kind: string | undefined, argument: unknown): boolean | undefined {
  switch (kind) {
    case 'exists':
      return typeof argument === 'boolean';
    case 'prefix':
    case 'suffix':
      return typeof (isRecord(argument) ? argument['equals-ignore-case'] : argument) === 'string';
    case 'equals-ignore-case':
      return typeof argument === 'string';
    case 'wildcard':
      return typeof argument === 'string' && isWildcard(argument);
    case 'numeric':
      return isNumericRange(argument);
    case 'cidr':
      return typeof argument === 'string' && isBlock(argument);
    case 'anything-but':
      return isRecord(argument) ? areTexts(argument) : isScalarList([argument].flat());
    default:
      return undefined;
  }
}

function areTexts(matcher: Record<string, unknown>): boolean {
  const [kind, argument] = Object.entries(matcher)[0] ?? [];
  const known = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(kind ?? '');
  if (!known || Object.keys(matcher).length !== 1) return false;
  const texts: readonly unknown[] = [argument].flat();
  if (texts.length === 0) return false;
  // What nothing may begin or end with is a text that is there; letters of either case cannot be asked for here.
  const isAffix = kind === 'prefix' || kind === 'suffix';
  return texts.every((text) => isValid(kind, text) && (!isAffix || (typeof text === 'string' && text !== '')));
}

/** Texts or numbers, but not both (user guide, comparison operators: anything-but). */
function isScalarList(list: readonly unknown[]): boolean {
  if (list.length === 0) return false;
  return list.every((entry) => typeof entry === 'string') || list.every((entry) => typeof entry === 'number');
}

/** Two `*` in a row are refused, and so is a backslash before anything that needs none. */
function isWildcard(text: string): boolean {
  const unescaped = text.replaceAll(/\\[*\\]/g, '');
  return !unescaped.includes('**') && !unescaped.includes('\\');
}

/** How far from zero a number may be that is compared (user guide, comparison operators: numeric). */
const FURTHEST_NUMBER = 5e9;

function isComparable(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= FURTHEST_NUMBER;
}

/** A number, one bound, or a lower bound and then a higher one. */
function isNumericRange(argument: unknown): boolean {
  if (!Array.isArray(argument)) return false;
  const [operator, value, second, limit, ...more] = argument as readonly unknown[];
  if (!isComparable(value) || more.length > 0) return false;
  if (argument.length === 2)
    return operator === '=' || LOWER_BOUNDS.includes(operator) || UPPER_BOUNDS.includes(operator);
  return LOWER_BOUNDS.includes(operator) && UPPER_BOUNDS.includes(second) && isComparable(limit) && value < limit;
}

function isBlock(block: string): boolean {
  const [network = '', prefix = ''] = block.split('/');
  return isIP(network) !== 0 && /^\d+$/.test(prefix) && Number(prefix) <= (isIP(network) === 4 ? 32 : 128);
}
