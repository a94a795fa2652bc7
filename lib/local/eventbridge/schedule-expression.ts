import { AwsError } from '../kernel/aws-error.ts';
import { parseCron } from './cron-expression.ts';

/** When a rule runs by itself. */
export interface Schedule {
  /**
   * The first run after a time; nothing when there is none left. All times in milliseconds since the epoch.
   *
   * @param anchor When the rule was enabled; rates count from there.
   */
  next(after: number, anchor: number): number | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Reads `rate(5 minutes)` or `cron(0 12 * * ? *)`. @throws AwsError `ValidationException` */
export function parseScheduleExpression(expression: string): Schedule {
  const schedule = rateOf(expression) ?? cronOf(expression);
  if (schedule !== undefined) return schedule;
  throw new AwsError('ValidationException', 'Parameter ScheduleExpression is not valid.');
}

function rateOf(expression: string): Schedule | undefined {
  const [, valueText, unit, plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const value = Number(valueText);
  // EventBridge wants the singular for 1 and the plural for all else.
  if (unit === undefined || !(value >= 1) || (value === 1) !== (plural === '')) return undefined;
  const period = value * (UNIT_MS[unit] ?? 0);
  return { next: (after, anchor) => anchor + (Math.floor((after - anchor) / period) + 1) * period };
}

function cronOf(expression: string): Schedule | undefined {
  return parseCron(/^cron\((.*)\)$/.exec(expression)?.[1] ?? '');
}
