/** Finds the minutes that a cron expression names, in UTC. */
export interface CronExpression {
  /** The first such minute after a time, both in milliseconds since the epoch; nothing when there is none left. */
  next(after: number): number | undefined;
}

const MINUTE_MS = 60_000;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The days of one month, as numbers. `month` counts from 0. */
type DaysOf = (year: number, month: number) => readonly number[];

/**
 * Reads the six fields of a cron expression as EventBridge defines them: minutes, hours, day of month, month, day of
 * week (1 is Sunday), year.
 *
 * @returns Nothing when they are not valid.
 */
export function parseCron(text: string): CronExpression | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) return undefined;
  const [minuteField, hourField, dayField, monthField, weekdayField, yearField] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const minutes = numbers(minuteField, 0, 59);
  const hours = numbers(hourField, 0, 23);
  const months = numbers(monthField, 1, 12, MONTHS);
  const years = numbers(yearField, 1970, 2199);
  // One of the two day fields has to be "?", and only one.
  if ((dayField === '?') === (weekdayField === '?')) return undefined;
  const days = weekdayField === '?' ? daysOfMonth(dayField) : daysOfWeek(weekdayField);
  if (minutes === undefined || hours === undefined || months === undefined || years === undefined) return undefined;
  if (days === undefined) return undefined;

  return {
    next(after) {
      const start = (Math.floor(after / MINUTE_MS) + 1) * MINUTE_MS;
      const firstYear = new Date(start).getUTCFullYear();
      for (const year of years) {
        if (year < firstYear) continue;
        for (const month of months) {
          if (Date.UTC(year, month, 1) <= start) continue;
          for (const day of days(year, month - 1)) {
            if (Date.UTC(year, month - 1, day + 1) <= start) continue;
            for (const hour of hours) {
              for (const minute of minutes) {
                const time = Date.UTC(year, month - 1, day, hour, minute);
                if (time >= start) return time;
              }
            }
          }
        }
      }
      return undefined;
    },
  };
}

/** The numbers of a field made of `*`, numbers, ranges, steps and names, in order. */
function numbers(field: string, least: number, most: number, names: readonly string[] = []): number[] | undefined {
  const found = new Set<number>();
  const numberOf = (text: string) => {
    const named = names.indexOf(text.toUpperCase());
    const value = named === -1 ? (/^\d+$/.test(text) ? Number(text) : Number.NaN) : named + least;
    return value >= least && value <= most ? value : Number.NaN;
  };
  for (const entry of field.split(',')) {
    const [range = '', stepText, ...rest] = entry.split('/');
    const step = stepText === undefined ? 1 : /^[1-9]\d*$/.test(stepText) ? Number(stepText) : Number.NaN;
    const [from = '', to, ...others] = range.split('-');
    const first = range === '*' ? least : numberOf(from);
    const last = to !== undefined ? numberOf(to) : range === '*' || stepText !== undefined ? most : first;
    if (rest.length > 0 || others.length > 0 || !(first <= last) || Number.isNaN(step)) return undefined;
    for (let value = first; value <= last; value += step) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

const lengthOf = (year: number, month: number) => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
const weekdayOf = (year: number, month: number, day: number) => new Date(Date.UTC(year, month, day)).getUTCDay() + 1;
const allDays = (year: number, month: number) => Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1);

function daysOfMonth(field: string): DaysOf | undefined {
  if (field === 'L') return (year, month) => [lengthOf(year, month)];
  const nearest = /^(\d{1,2}|L)W$/.exec(field)?.[1];
  if (nearest !== undefined) {
    const day = nearest === 'L' ? 31 : Number(nearest);
    if (day < 1 || day > 31) return undefined;
    return (year, month) => nearestWeekday(year, month, nearest === 'L' ? lengthOf(year, month) : day);
  }
  const wanted = numbers(field, 1, 31);
  return wanted && ((year, month) => wanted.filter((day) => day <= lengthOf(year, month)));
}

/** The weekday closest to a day, within its month. */
function nearestWeekday(year: number, month: number, day: number): number[] {
  const length = lengthOf(year, month);
  if (day > length) return [];
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return [day === 1 ? 3 : day - 1];
  if (weekday === 1) return [day === length ? day - 2 : day + 1];
  return [day];
}

function daysOfWeek(field: string): DaysOf | undefined {
  const special = /^(\w+?)(?:#([1-5])|L)$/.exec(field);
  const wanted = field === 'L' ? [7] : numbers(special?.[1] ?? field, 1, 7, WEEKDAYS);
  if (wanted === undefined || (special !== null && wanted.length !== 1)) return undefined;
  const matching: DaysOf = (year, month) =>
    allDays(year, month).filter((day) => wanted.includes(weekdayOf(year, month, day)));
  if (special === null) return matching;
  const nth = special[2];
  return (year, month) => {
    const days = matching(year, month);
    const day = nth === undefined ? days.at(-1) : days[Number(nth) - 1];
    return day === undefined ? [] : [day];
  };
}
