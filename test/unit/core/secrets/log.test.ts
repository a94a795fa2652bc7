import { Writable } from 'node:stream';
import { Logger } from '@aws-lambda-powertools/logger';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createConnection } from '../../../../lib/aws/index.ts';
import { createLog, redactedLog } from '../../../../lib/core/secrets/log.ts';
import { createRedactor } from '../../../../lib/core/secrets/redactor.ts';
import { withholdGiven } from '../../../../lib/core/secrets/withhold-credentials.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

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

  it('writes a line without the logger where that throws', () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {
      throw new Error('somebody took away what it is made with');
    });
    const line = lineOf('has a-secret-value', { error: new Error('no a-secret-value') });
    expect(line).toMatchObject({ level: 'WARN', message: 'has [withheld]', error: { message: 'no [withheld]' } });
  });

  it('leaves out a line for which not even the time is left', () => {
    const { log } = createLog();
    vi.spyOn(Date.prototype, 'toISOString').mockImplementation(() => {
      throw new Error('somebody took it away');
    });
    expect(() => log.error('the logic failed')).not.toThrow();
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

it('withholds the credentials of the process, whatever names them', () => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'own-secret-key-of-it');
  vi.stubEnv('AWS_SESSION_TOKEN', 'own-session-token-of-it');
  expect(lineOf('refused: own-secret-key-of-it own-session-token-of-it')).toMatchObject({
    message: 'refused: [withheld] [withheld]',
  });
});

it('withholds credentials that a connection is given, the newest and those before', async () => {
  const keys = ['first-secret-key', 'first-secret-key', 'second-secret-key'];
  const connection = createConnection({
    region: 'us-east-1',
    credentials: async () => ({
      accessKeyId: 'AKIA',
      secretAccessKey: keys.shift() ?? '',
      sessionToken: 'a-session-token',
    }),
  });
  const redactor = createRedactor();
  const withheld = withholdGiven(connection, redactor);
  for (const _ of [1, 2, 3]) await withheld.credentials();
  expect(redactor.redact('first-secret-key second-secret-key a-session-token')).toBe(
    '[withheld] [withheld] [withheld]',
  );
});

it.each<[string, unknown, unknown, unknown[]]>([
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), {}, ['{"a":1}', {}]],
  [
    'one that cannot be a text',
    {
      toString: () => {
        throw new Error('no');
      },
    },
    {},
    ['{"toString":"[function]"}', {}],
  ],
  ['an error', new TypeError('has a-secret-value'), {}, ['TypeError: has [withheld]', {}]],
  ['nothing', undefined, undefined, ['undefined', {}]],
  ['an error as fields', 'failed', new RangeError('too far'), ['failed', { error: expect.any(Error) }]],
  ['a list as fields', 'failed', [1, 'a-secret-value'], ['failed', { value: [1, '[withheld]'] }]],
  ['a text as fields', 'failed', 'a-secret-value', ['failed', { value: '[withheld]' }]],
])('a line is told as well as can be where it is given %s', (_what, message, fields, expected) => {
  const redactor = createRedactor();
  redactor.scope().add('a-secret-value');
  const lines: unknown[] = [];
  const log = redactedLog((_level, ...line) => void lines.push(line), redactor);
  log.info(message as string, fields as Record<string, unknown>);
  expect(lines).toEqual([expected]);
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
