import { Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLog, redactedLog } from '../../../../lib/core/secrets/log.ts';
import { createRedactor } from '../../../../lib/core/secrets/redactor.ts';

afterEach(() => void vi.unstubAllEnvs());

/** The one line that a new log writes, as JSON. */
function lineOf(message: string, fields?: Record<string, unknown>) {
  const texts: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      texts.push(String(chunk));
      done();
    },
  });
  const { log, redactor } = createLog(output);
  redactor.scope().add('a-secret-value');
  log.warn(message, fields);
  expect(texts).toHaveLength(1);
  return JSON.parse(texts.join(''));
}

describe('the log of a process', () => {
  it('writes to its own output where it is given none', () => {
    expect(createLog()).toMatchObject({ log: { info: expect.any(Function) } });
  });

  it('writes JSON lines without secrets', () => {
    expect(lineOf('has a-secret-value', { id: 'a-secret-value', token: 'x', count: 1 })).toMatchObject({
      level: 'WARN',
      message: 'has [withheld]',
      id: '[withheld]',
      token: '[withheld]',
      count: 1,
    });
  });

  it.each([
    ['', 'ringback'],
    ['my-gate', 'my-gate'],
  ])('is of the service that POWERTOOLS_SERVICE_NAME %j names', (name, service) => {
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', name);
    expect(lineOf('hello')).toMatchObject({ service, message: 'hello' });
  });
});

it('a line has its level, whatever it is told', () => {
  const lines: unknown[] = [];
  const log = redactedLog((...line) => void lines.push(line), createRedactor());
  log.debug('one');
  log.info('two', { a: 1 });
  log.warn(Symbol('three') as never);
  log.error(null as never, null as never);
  expect(lines).toEqual([
    ['debug', 'one', {}],
    ['info', 'two', { a: 1 }],
    ['warn', 'Symbol(three)', {}],
    ['error', 'null', {}],
  ]);
});
