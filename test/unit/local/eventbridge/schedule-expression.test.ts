import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseScheduleExpression } from '../../../../lib/local/eventbridge/schedule-expression.ts';

const at = (text: string) => Date.parse(text);

function runs(expression: string, from: string, count: number): (string | undefined)[] {
  const schedule = parseScheduleExpression(expression);
  const found: (string | undefined)[] = [];
  let after = at(from);
  while (found.length < count) {
    const next = schedule.next(after, at(from));
    found.push(next === undefined ? undefined : new Date(next).toISOString().slice(0, 16));
    if (next === undefined) break;
    after = next;
  }
  return found;
}

test.each([
  ['rate(1 minute)', ['2024-02-28T10:01', '2024-02-28T10:02']],
  ['rate(2 hours)', ['2024-02-28T12:00', '2024-02-28T14:00']],
  ['rate(7 days)', ['2024-03-06T10:00', '2024-03-13T10:00']],
  ['cron(15 12 * * ? *)', ['2024-02-28T12:15', '2024-02-29T12:15']],
  ['cron(0/20 * * * ? *)', ['2024-02-28T10:20', '2024-02-28T10:40', '2024-02-28T11:00']],
  ['cron(0 18 ? * MON-FRI *)', ['2024-02-28T18:00', '2024-02-29T18:00', '2024-03-01T18:00', '2024-03-04T18:00']],
  ['cron(0 8 1 * ? *)', ['2024-03-01T08:00', '2024-04-01T08:00']],
  ['cron(0 8 29 2 ? *)', ['2024-02-29T08:00', '2028-02-29T08:00']],
  ['cron(0 0 L * ? *)', ['2024-02-29T00:00', '2024-03-31T00:00']],
  ['cron(0 0 3W * ? *)', ['2024-03-04T00:00', '2024-04-03T00:00', '2024-05-03T00:00']],
  ['cron(0 0 1W 6 ? *)', ['2024-06-03T00:00', '2025-06-02T00:00']],
  ['cron(0 0 LW 3 ? *)', ['2024-03-29T00:00']],
  ['cron(0 0 ? * 3#2 *)', ['2024-03-12T00:00', '2024-04-09T00:00']],
  ['cron(0 0 ? * 5L *)', ['2024-02-29T00:00', '2024-03-28T00:00']],
  ['cron(0 0 ? * L *)', ['2024-03-02T00:00']],
  ['cron(0 9 ? JAN,JUL 2 2025-2026)', ['2025-01-06T09:00', '2025-01-13T09:00']],
  ['cron(0 0 1 1 ? 2025)', ['2025-01-01T00:00', undefined]],
  ['cron(0 0 30 2 ? *)', [undefined]],
])('%s runs at the times that it names', (expression, expected) => {
  expect(runs(expression, '2024-02-28T10:00:00Z', expected.length)).toEqual(expected);
});

test.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 minutes)',
  'rate(5 seconds)',
  'rate(5minutes)',
  'every day',
  'cron(0 12 * * * *)',
  'cron(0 12 ? * ? *)',
  'cron(0 12 * * ?)',
  'cron(60 12 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(5-1 * * * ? *)',
  'cron(0 0 ? * 3#6 *)',
  'cron(*/0 * * * ? *)',
])('%s is refused', (expression) => {
  expect(() => parseScheduleExpression(expression)).toThrow('Parameter ScheduleExpression is not valid.');
});

test('the next run lies always ahead and no earlier run is passed over', () => {
  const schedule = parseScheduleExpression('cron(0/15 8-17 ? * MON-FRI *)');
  const reference = (time: number) => {
    const date = new Date(time);
    const [weekday, hour, minute] = [date.getUTCDay(), date.getUTCHours(), date.getUTCMinutes()];
    return weekday >= 1 && weekday <= 5 && hour >= 8 && hour <= 17 && minute % 15 === 0;
  };
  fc.assert(
    fc.property(fc.integer({ min: at('2023-01-01'), max: at('2030-01-01') }), (after) => {
      let expected = Math.floor(after / 60_000) * 60_000 + 60_000;
      while (!reference(expected)) expected += 60_000;
      expect(schedule.next(after, 0)).toBe(expected);
    }),
  );
});
