import { describe, expect, it } from 'vitest';
import { isMetric, isOrdinaryAnswer, logText } from '../../../lib/console/state/log-text.ts';

const answer = { message: 'answered', callbackService: 'codepipeline', id: 'x', decision: 'failed', by: 'function' };

describe('a line of a function', () => {
  it.each([
    ['an answer that its service shows', answer, true],
    ['the answer of a step, whose service takes no reason', { ...answer, callbackService: 'transfer' }, false],
    ['an answer of the last resort', { ...answer, by: 'last resort' }, false],
    ['an answer that was given again', { ...answer, isRepeated: true }, false],
    ['an answer that came too late', { ...answer, message: 'settled already' }, false],
    ["a line of the user's own", { message: 'answered', id: 'x' }, false],
  ])('tells apart: %s', (_what, line, leftOut) => {
    expect(isOrdinaryAnswer(JSON.stringify(line))).toBe(leftOut);
  });

  it('is a metric only in the embedded format', () => {
    expect(isMetric('{"_aws":{"CloudWatchMetrics":[]}}')).toBe(true);
    expect(isMetric('the _aws format has "CloudWatchMetrics"')).toBe(false);
  });

  it('is shown with its own fields, on one line', () => {
    const line = {
      level: 'WARN',
      message: 'two\nlines',
      timestamp: 'x',
      cold_start: true,
      id: 7,
      error: { message: 'no' },
    };
    expect(logText(JSON.stringify(line))).toEqual({ level: 'WARN', text: 'two lines id=7 error=no' });
    const odd = { message: { step: 1 }, error: { message: { code: 2 } } };
    expect(logText(JSON.stringify(odd))).toEqual({ level: 'INFO', text: '{"step":1} error={"code":2}' });
    expect(logText('plain  text')).toEqual({ level: 'INFO', text: 'plain text' });
    expect(logText('{ torn')).toEqual({ level: 'INFO', text: '{ torn' });
  });
});
