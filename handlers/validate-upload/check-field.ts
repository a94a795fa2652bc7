import type { FieldRules } from './settings.ts';

/** Tells what is wrong with the value of a field, without repeating it; undefined when it is right. */
export type FieldCheck = (value: unknown) => string | undefined;

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Compiles the rules of one field. CSV has texts only, JSON has types of its own: both are taken. */
export function createFieldCheck(rules: FieldRules): FieldCheck {
  const pattern = rules.pattern === undefined ? undefined : new RegExp(`^(?:${rules.pattern})$`, 'u');
  const allowed = rules.oneOf === undefined ? undefined : new Set(rules.oneOf);
  return (value) => {
    if (value === undefined || value === null || value === '') return rules.required ? 'is missing' : undefined;
    if (typeof value === 'object') return 'is no single value';
    const text = String(value);
    return (
      checkType(rules, value, text) ??
      (allowed !== undefined && !allowed.has(text) ? `is none of ${rules.oneOf?.join(', ')}` : undefined) ??
      (rules.maxLength !== undefined && text.length > rules.maxLength
        ? `has ${text.length} characters, more than ${rules.maxLength}`
        : undefined) ??
      (pattern !== undefined && !pattern.test(text) ? `does not match ${rules.pattern}` : undefined)
    );
  };
}

function checkType({ type, min, max }: FieldRules, value: unknown, text: string): string | undefined {
  switch (type) {
    case 'text':
      return undefined;
    case 'boolean':
      return /^(true|false)$/i.test(text) ? undefined : 'is neither true nor false';
    case 'date':
      return DATE.test(text) && isRealDay(text) ? undefined : 'is no date like 2026-01-31';
    default: {
      const number = typeof value === 'number' ? value : NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
      if (!Number.isFinite(number)) return 'is no number';
      if (type === 'integer' && !Number.isSafeInteger(number)) return 'is no whole number';
      if (min !== undefined && number < min) return `is less than ${min}`;
      return max !== undefined && number > max ? `is more than ${max}` : undefined;
    }
  }
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Date.parse takes the 31st of February for a day in March, and takes most of the time of a whole check. */
function isRealDay(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  if (day < 1 || day > (DAYS[month - 1] ?? 0)) return false;
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29 && !isLeapYear) return false;
  return text.length === 10 || !Number.isNaN(Date.parse(text));
}
