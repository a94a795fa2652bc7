import { describe, expect, it } from 'vitest';
import { messagesOf, unwrap, wrap } from '../../../lib/core/envelope.ts';

const record = (messageId: string, body: unknown, eventSource = 'aws:sqs') => ({ messageId, body, eventSource });

describe('an event in the envelope', () => {
  it('comes back as it was, with its token', () => {
    expect(JSON.parse(wrap({ a: 1 }, 'rb1:x'))).toEqual({ 'ringback.redelivery': { event: { a: 1 }, token: 'rb1:x' } });
    expect(unwrap(JSON.parse(wrap({ a: 1 }, 'rb1:x')))).toEqual({ event: { a: 1 }, token: 'rb1:x' });
  });

  it.each([undefined, null, 'text', {}, { 'ringback.redelivery': null }, { 'ringback.redelivery': 'text' }])(
    'is not %j, which stays as it is',
    (event) => {
      expect(unwrap(event)).toEqual({ event, token: undefined });
    },
  );

  it.each([undefined, null, 5])('has an empty token, and no missing one, where it is %j', (token) => {
    expect(unwrap({ 'ringback.redelivery': { event: 1, token } })).toEqual({ event: 1, token: '' });
  });
});

describe('the messages of a queue', () => {
  it('are read one by one, each from its envelope', () => {
    const messages = messagesOf({ Records: [record('one', '{"a":1}'), record('two', wrap({ b: 2 }, 't'))] });
    expect(messages?.map((message) => [message.messageId, message.read()])).toEqual([
      ['one', { event: { a: 1 }, token: undefined }],
      ['two', { event: { b: 2 }, token: 't' }],
    ]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an event of a service', { 'CodePipeline.job': {} }],
    ['records that are no list', { Records: { length: 1 } }],
    ['no records at all', { Records: [] }],
    ['records of a topic', { Records: [record('one', '{}', 'aws:sns')] }],
    ['records of which one is of a topic', { Records: [record('one', '{}'), record('two', '{}', 'aws:sns')] }],
    ['records of nothing', { Records: [null] }],
    ['records that are missing', { Records: [undefined] }],
  ])('are not found in %s', (_what, event) => {
    expect(messagesOf(event)).toBeUndefined();
  });

  it.each([
    ['{"a"', '4 characters'],
    ['', '0 characters'],
    [undefined, '9 characters'],
  ])('are refused where they are not JSON: %j', (body, size) => {
    const [message] = messagesOf({ Records: [record('one', body)] }) ?? [];
    const read = () => message?.read();
    expect(read).toThrow(`expected a message of JSON, but got ${size} that are not`);
    expect(read).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }));
  });
});
