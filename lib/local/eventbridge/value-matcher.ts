import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { isRecord } from '../template/is-record.ts';

/** Tells whether one value of an event meets one entry of a pattern; `exists` is the field's business, not a value's. */
export function matchesValue(matcher: unknown, value: unknown): boolean {
  if (!isRecord(matcher)) return matcher === value;
  const [kind, argument] = Object.entries(matcher)[0] ?? [];
  switch (kind) {
    case 'anything-but':
      return isAnythingBut(argument, value);
    case 'numeric':
      return typeof value === 'number' && Array.isArray(argument) && isInNumericRange(argument, value);
    case 'cidr':
      return typeof value === 'string' && typeof argument === 'string' && isInBlock(argument, value);
    default:
      return typeof value === 'string' && kind !== undefined && matchesText(kind, argument, value);
  }
}

function isAnythingBut(argument: unknown, value: unknown): boolean {
  if (isRecord(argument)) {
    const [kind, texts] = Object.entries(argument)[0] ?? [];
    if (kind === undefined || typeof value !== 'string') return false;
    return [texts].flat().every((text) => !matchesText(kind, text, value));
  }
  return [argument].flat().every((entry) => entry !== value);
}

function matchesText(kind: string, argument: unknown, value: string): boolean {
  if (isRecord(argument)) {
    const text = argument['equals-ignore-case'];
    return typeof text === 'string' && matchesText(kind, text.toLowerCase(), value.toLowerCase());
  }
  if (typeof argument !== 'string') return false;
  switch (kind) {
    case 'prefix':
      return value.startsWith(argument);
    case 'suffix':
      return value.endsWith(argument);
    case 'equals-ignore-case':
      return value.toLowerCase() === argument.toLowerCase();
    case 'wildcard':
      return matchesWildcard(argument, value);
    default:
      return false;
  }
}

/**
 * `*` stands for any text, `\*` and `\\` for the characters themselves. What stands between two `*` is looked for where it
 * comes first, so that many `*` take no longer than one.
 */
function matchesWildcard(pattern: string, value: string): boolean {
  const parts = [''];
  for (const [part] of pattern.matchAll(/\\[*\\]|[\s\S]/g)) {
    if (part === '*') parts.push('');
    else parts[parts.length - 1] += part.length === 2 ? part.slice(1) : part;
  }
  const [first = '', ...between] = parts;
  const last = between.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let from = first.length;
  for (const part of between) {
    const found = value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return value.length - from >= last.length && value.endsWith(last);
}

function isInNumericRange(comparisons: readonly unknown[], value: number): boolean {
  for (let index = 0; index < comparisons.length; index += 2) {
    const bound = comparisons[index + 1];
    if (typeof bound !== 'number' || !compares(comparisons[index], value, bound)) return false;
  }
  return true;
}

function compares(operator: unknown, value: number, bound: number): boolean {
  switch (operator) {
    case '=':
      return value === bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    default:
      return false;
  }
}

function isInBlock(block: string, address: string): boolean {
  const [network = '', prefix] = block.split('/');
  const family = isIPv4(address) && isIPv4(network) ? 'ipv4' : isIPv6(address) && isIPv6(network) ? 'ipv6' : undefined;
  if (family === undefined) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(address, family);
}
