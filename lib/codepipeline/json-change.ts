import { brokenPath } from './broken-path.ts';

/** Strings, numbers, and where objects begin and end. */
const TOKEN = /"([^"\\]*(?:\\.[^"\\]*)*)"|-?\d[\d.eE+-]*|[{}]/gs;
/** What stands between the name of a member and its value. */
const COLON = /\s*:/y;

/** What reading a JSON text would change in silence, and what to do; undefined where it says what it means. */
export function jsonChange(json: string): string | undefined {
  let member = '';
  const namesOfOpen: Set<string>[] = [];
  for (const { 0: token, 1: content, index } of json.matchAll(TOKEN)) {
    if (token === '{') namesOfOpen.push(new Set());
    else if (token === '}') namesOfOpen.pop();
    else if (content === undefined) {
      if (!isKept(token)) return otherNumber(index);
    } else if (brokenPath(content, member)) return singleBackslashes(index + 1);
    else if (isName(json, index + token.length)) {
      member = content;
      const names = namesOfOpen.at(-1);
      if (names?.has(member)) return statedTwice(member, index);
      names?.add(member);
    }
  }
  return undefined;
}

function isName(json: string, afterIt: number): boolean {
  COLON.lastIndex = afterIt;
  return COLON.test(json);
}

function otherNumber(at: number): string {
  return `the number at position ${at} has more digits, or is larger or smaller, than a number can hold; write it in quotation marks, or read the parameters as 'text'`;
}

function singleBackslashes(at: number): string {
  return `the path that begins at position ${at} has single backslashes, which mean a tab, a line break or the like there; write each twice, write "/", or read the parameters as 'text' (a tab that is meant can be written as \\u0009, a line break as \\u000a)`;
}

function statedTwice(member: string, at: number): string {
  return `the member "${member}" at position ${at} stands in the same object before, and only the last would be kept; leave one of them, or read the parameters as 'text'`;
}

const DECIMAL = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** As many digits tell each number that can be held from all others, and some programs write all of them. */
const MOST_DIGITS = 17;

/** Whether a number comes back as it was written, other than in zeros that say nothing. */
function isKept(token: string): boolean {
  const value = Number(token);
  const written = normalised(token);
  const digits = written.indexOf('e');
  const again = digits > 0 && digits <= MOST_DIGITS ? value.toPrecision(digits) : String(value);
  return Number.isFinite(value) && written === normalised(again);
}

/** The digits of a number that count, and where its point stands: the same for `1.10` and `11e-1`. */
function normalised(decimal: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(decimal) ?? [];
  const digits = whole + fraction;
  let from = 0;
  let to = digits.length;
  while (digits[from] === '0') from++;
  while (to > from && digits[to - 1] === '0') to--;
  return from === to ? '0' : `${digits.slice(from, to)}e${Number(exponent) + whole.length - to}`;
}
