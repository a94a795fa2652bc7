import { InvalidEventError } from 'ringback';
import { describe, expect, it } from 'vitest';
import { readSentAnswer } from '../../../lib/core/last-resort/sent-answer.ts';

describe('an answer that is sent to the last resort', () => {
  it.each([
    [
      { callback: 'rb1.x', succeed: {} },
      { kind: 'succeeded', details: {} },
    ],
    [
      { callback: 'rb1.x', succeed: { summary: 'done' } },
      { kind: 'succeeded', details: { summary: 'done' } },
    ],
    [
      { callback: 'rb1.x', fail: 'no' },
      { kind: 'failed', reason: 'no', details: {} },
    ],
  ])('is read of %j', (event, outcome) => {
    expect(readSentAnswer(event)).toEqual({ callback: 'rb1.x', outcome });
  });

  it.each([undefined, null, 'text', [], {}, { callback: 'rb1.x' }, { callback: 1, fail: 'no' }, { fail: 'no' }])(
    'is not %j',
    (event) => {
      expect(readSentAnswer(event)).toBeUndefined();
    },
  );

  it.each([
    [{ succeed: {}, fail: 'no' }, /succeed or fail, but got both/],
    [{ succeed: 'yes' }, /as an object, such as {}, but got "yes"/],
    [{ succeed: [] }, /but got \[\]/],
    [{ fail: 4 }, /the reason as a text, but got number/],
  ])('is refused with %j', (members, message) => {
    const read = () => readSentAnswer({ callback: 'rb1.x', ...members });
    expect(read).toThrow(InvalidEventError);
    expect(read).toThrow(message);
  });
});
