import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { encodeCallback } from 'ringback';
import { describe, expect, it } from 'vitest';
import { fitText } from '../../../lib/core/secrets/fit-text.ts';
import { printable } from '../../../lib/core/secrets/printable.ts';
import { createRedactor, type Redactor } from '../../../lib/core/secrets/redactor.ts';

const SECRET = 'a-secret-of-one-delivery';

/** Begins and ends the deliveries of a warm function. */
function deliver(redactor: Redactor, count: number): void {
  for (let number = 0; number < count; number++) {
    const delivery = redactor.scope();
    delivery.add(`the-secret-of-delivery-${number}`);
    delivery.end();
  }
}

describe('the secrets of a delivery', () => {
  it('are withheld while it lasts, however many begin and end meanwhile', () => {
    const redactor = createRedactor();
    redactor.scope().add(SECRET);
    deliver(redactor, 1_000);
    expect(redactor.redact(`token ${SECRET}.`)).toBe('token [withheld].');
  });

  it('are still withheld when logic that outlived its delivery logs under the next ones', () => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.add(SECRET);
    delivery.end();
    deliver(redactor, 10);
    expect(redactor.redact(SECRET)).toBe('[withheld]');
  });

  it.each([
    [15, '[withheld]'],
    [16, SECRET],
  ])('are withheld until sixteen have ended: after %i more, %s', (more, expected) => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.add(SECRET);
    delivery.end();
    deliver(redactor, more);
    expect(redactor.redact(SECRET)).toBe(expected);
  });

  it('are forgotten in time, so that a warm function does not slow down with each job', () => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.add(SECRET);
    delivery.end();
    delivery.end();
    deliver(redactor, 100);
    expect(redactor.redact(SECRET)).toBe(SECRET);
  });

  it.each(['ab', SECRET])('are withheld for as long as one of the deliveries is known that have it: %s', (secret) => {
    const redactor = createRedactor();
    const [first, second] = [redactor.scope(), redactor.scope()];
    first.declare(secret, secret);
    second.declare(secret);
    first.end();
    deliver(redactor, 100);
    expect(redactor.redact(`x ${secret} y`)).toBe('x [withheld] y');
    second.end();
    deliver(redactor, 100);
    expect(redactor.redact(`x ${secret} y`)).toBe(`x ${secret} y`);
  });

  it('are nothing any more when a delivery that was forgotten adds some', () => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.end();
    deliver(redactor, 100);
    delivery.add(SECRET);
    expect(redactor.redact(SECRET)).toBe(SECRET);
  });

  it('of which many begin alike are told apart, and those that go leave the others', () => {
    const redactor = createRedactor();
    const secrets = Array.from({ length: 40 }, (_, index) => `the-same-beginning-${index}-`);
    const deliveries = secrets.map((secret) => {
      const delivery = redactor.scope();
      delivery.add(secret);
      return delivery;
    });
    for (const delivery of deliveries.slice(0, 20)) delivery.end();
    deliver(redactor, 100);
    const left = [...secrets.slice(0, 20), ...secrets.slice(20).map(() => '[withheld]')];
    expect(secrets.map((secret) => redactor.redact(secret))).toEqual(left);
  });
});

describe('what is withheld', () => {
  it.each<[string, readonly string[], string, string]>([
    [
      'one within another',
      ['inner-secret', 'outer-inner-secret-rest'],
      'x outer-inner-secret-rest y inner-secret',
      'x [withheld] y [withheld]',
    ],
    ['two that overlap', ['abcdefgh', 'efghijkl'], 'abcdefghijkl', '[withheld]'],
    ['two that touch', ['firstsecret', 'secondone'], '-firstsecretsecondone-', '-[withheld]-'],
    ['one that overlaps itself', ['abababab'], 'xababababababx', 'x[withheld]x'],
    ['a word of the mark', ['withheld'], 'withheld and withheld', '[withheld] and [withheld]'],
    ['in an address', ['quote " and space'], 'quote%20%22%20and%20space quote+', '[withheld] quote+'],
    ['as a form field', ['quote " and space'], 'p=quote+%22+and+space', 'p=[withheld]'],
    ['in JSON', ['quote " and space'], 'quote \\" and space', '[withheld]'],
    [
      'in Base64',
      ['hunter2-hunter2'],
      `basic ${Buffer.from('hunter2-hunter2').toString('base64')}`,
      'basic [withheld]',
    ],
    ['one line of several', ['-----KEY-----\nMIIEvQIBADANBg\n'], 'at MIIEvQIBADANBg.', 'at [withheld].'],
    ['parted by a terminal escape', ['hunter2-hunter2'], 'hunter2\u001b[31m-hunter2', '[withheld]'],
    ['with a lone surrogate', ['secret-\ud800-part'], 'x secret-\ud800-part y', 'x [withheld] y'],
  ])('is a secret: %s', (_how, secrets, text, expected) => {
    const redactor = createRedactor();
    redactor.scope().add(...secrets);
    expect(redactor.redact(text)).toBe(expected);
  });

  it('is an encoded callback, wherever it comes from', () => {
    const callback = encodeCallback({ service: 'codepipeline', id: 'x'.repeat(36), region: 'us-east-1' });
    expect(createRedactor().redact(`complete it with ${callback}!`)).toBe('complete it with [withheld]!');
  });

  it.each([
    ['X-Vault-Token: s.12345678', 'X-Vault-Token: [withheld]'],
    ['private-token=glpat-12345678&x=1', 'private-token=[withheld]&x=1'],
    ['x-api-key: abcdefgh\r\nhost: a', 'x-api-key: [withheld]\r\nhost: a'],
    ['x-request-id: abcdefgh-12345678', 'x-request-id: abcdefgh-12345678'],
  ])('is a header that names a secret: %j', (text, expected) => {
    expect(createRedactor().redact(text)).toBe(expected);
  });

  it('is of what the service sent only what has eight characters, of what was declared everything', () => {
    const redactor = createRedactor();
    const delivery = redactor.scope();
    delivery.add('seven77', 'eight888');
    expect(redactor.redact('seven77 eight888')).toBe('seven77 [withheld]');
    delivery.declare('hunter2', 'ü', '', undefined);
    expect(redactor.redact('hunter2, hunter22, fünf')).toBe('[withheld], [withheld]2, f[withheld]nf');
  });

  it.each([
    ['in Base64', Buffer.from('hunter2').toString('base64'), '[withheld]g=='],
    ['in Base64, after a name', Buffer.from('admin:hunter2').toString('base64'), 'YWRtaW46[withheld]g=='],
    ['in hexadecimal digits', Buffer.from('hunter2').toString('hex'), '[withheld]'],
    ['in large hexadecimal digits', Buffer.from('hunter2').toString('hex').toUpperCase(), '[withheld]'],
    ['as a line of several', 'it was pass-9.', 'it was [withheld].'],
    ['in JSON of ASCII alone', String.raw`{"p":"gr\u00fcn"}`, '{"p":"[withheld]"}'],
    ['in markup', "it's <o&apos;hara>", "it's <[withheld]>"],
  ])('is what was declared, however short: %s', (_how, text, expected) => {
    const redactor = createRedactor();
    redactor.scope().declare('hunter2', 'me\npass-9', 'grün', "o'hara");
    expect(redactor.redact(text)).toBe(expected);
  });

  it('leaves line breaks and tabs of a text alone that holds no secret', () => {
    expect(createRedactor().redact('a\tb\r\nc\u0007')).toBe('a\tb\r\nc\u0007');
  });
});

describe('a text that is fitted', () => {
  it('holds no half of a secret that stands across the cut', () => {
    const redactor = createRedactor();
    redactor.scope().add('0123456789abcdefghij');
    const long = `${'x'.repeat(90)}0123456789abcdefghij${'y'.repeat(90)}`;
    for (const keep of ['start', 'end'] as const) {
      const fitted = fitText(redactor.redact(long), { max: 100, keep, ifEmpty: '-' });
      expect(fitted).not.toMatch(/0123|ghij/);
      expect(fitted.length).toBeLessThanOrEqual(100);
    }
  });

  it('stays within its limit when each secret is longer withheld than shown', () => {
    const redactor = createRedactor();
    redactor.scope().declare('hunter2!');
    const text = Array.from({ length: 80 }, () => 'hunter2!').join(' ');
    expect(fitText(redactor.redact(text), { max: text.length, keep: 'end', ifEmpty: '-' }).length).toBe(text.length);
  });
});

describe('what is printed', () => {
  const redactor = createRedactor();
  redactor.scope().add('a-secret-value');

  it('keeps nothing of a secret, in names and values, at any depth', () => {
    const value = {
      plain: 'has a-secret-value',
      'a-secret-value': 1,
      list: [{ deep: 'a-secret-value' }],
      map: new Map([['key', 'a-secret-value']]),
      headers: { Authorization: 'Basic xyz', cookie: 'session=1', accept: 'text/html' },
      bytes: Buffer.from('a-secret-value'),
      toJSON: undefined,
    };
    const text = JSON.stringify(printable(value, redactor.redact));
    expect(text).not.toMatch(/a-secret-value|Basic xyz|session=1/);
    expect(text).toContain('text/html');
  });

  it.each([
    'password',
    'dbPassword',
    'MasterUserPassword',
    'PGPASSWORD',
    'DB_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'secretKey',
    'X-Vault-Token',
    'private-token',
    'client-secret',
    'auth',
  ])('withholds the member %s by its name', (name) => {
    const value = { [name]: 'hush', list: [name, 'hush'], pair: { name, value: 'hush' } };
    expect(JSON.stringify(printable(value, redactor.redact))).not.toContain('hush');
  });

  it.each(['SecretArn', 'tokens', 'a sentence about a token', 'passwordless', 'author', 'key'])(
    'shows the member %s',
    (name) => {
      expect(printable({ [name]: 'seen', list: [name, 'seen'] }, redactor.redact)).toEqual({
        [name]: 'seen',
        list: [name, 'seen'],
      });
    },
  );

  it('keeps the members of an error, its causes included, without their secrets', () => {
    const request = { headers: { authorization: 'Bearer t0k3n' }, url: 'https://x/?key=a-secret-value' };
    const error = Object.assign(new Error('no a-secret-value', { cause: new Error('a-secret-value') }), { request });
    const clean = printable({ error }, redactor.redact) as { error: Error & { request: typeof request } };
    expect(clean.error).toBeInstanceOf(Error);
    expect(clean.error.message).toBe('no [withheld]');
    expect((clean.error.cause as Error).message).toBe('[withheld]');
    expect(clean.error.request).toEqual({ headers: { authorization: '[withheld]' }, url: 'https://x/?key=[withheld]' });
    expect(clean.error.stack).not.toContain('a-secret-value');
  });

  it.each<[string, () => unknown]>([
    [
      'a getter that throws',
      () => ({
        get boom() {
          throw new Error('no');
        },
        fine: 1,
      }),
    ],
    [
      'toJSON that throws',
      () => ({
        toJSON() {
          throw new Error('no');
        },
      }),
    ],
    [
      'a circle',
      () => {
        const circle: { self?: unknown } = {};
        circle.self = circle;
        return circle;
      },
    ],
    [
      'a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
    ['a bigint, a symbol and a function', () => ({ big: 1n, symbol: Symbol('x'), call: () => 1 })],
    ['great depth', () => Array.from({ length: 100 }).reduce<object>((inner) => ({ inner }), {})],
    ['a date that is none', () => new Date(Number.NaN)],
    ['an error with a message that is an object', () => Object.assign(new Error(), { message: { a: 1 } })],
  ])('survives %s', (_what, make) => {
    expect(() => JSON.stringify(printable({ value: make() }, redactor.redact))).not.toThrow();
  });
});

describe('a text that was cut before it came here', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const { scope, redact } = createRedactor();
  scope().add(secret);

  it.each([
    ['at its end', `the key ${secret.slice(0, 20)}… is wrong`, 'the key [withheld]… is wrong'],
    ['at its end, by three full stops', `the key ${secret.slice(0, 30)}...`, 'the key [withheld]...'],
    ['at its beginning', `…${secret.slice(-25)} is wrong`, '…[withheld] is wrong'],
    [
      'as bytes, of which Node shows fifty',
      inspect(Buffer.from(`${secret}/${secret}`)),
      '<Buffer [withheld] ... 31 more bytes>',
    ],
    ['in its midst', `${secret.slice(0, 12)}…${secret.slice(-12)}`, '[withheld]…[withheld]'],
  ])('shows no part of a secret: %s', (_where, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('keeps what only begins alike, and everything where nothing was cut', () => {
    for (const text of ['wJalrXUtnFE… and', 'wJalrXUtnFEMI/other… and', 'wJalrXUtnFEMI/K7'])
      expect(redact(text)).toBe(text);
  });

  it('costs no more for many marks', () => {
    expect(redact('…'.repeat(300_000))).toHaveLength(300_000);
  });
});

describe('a text that is longer than anybody shows', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const { redact, scope } = createRedactor();
  scope().add(secret);

  it('is left whole up to 600,000 characters, and by its ends beyond that', () => {
    expect(redact('a'.repeat(600_000))).toHaveLength(600_000);
    const ends = `${'a'.repeat(200_000)}[200001 characters]${'a'.repeat(200_000)}`;
    expect(redact('a'.repeat(600_001)) === ends).toBe(true);
  });

  it.each([199_961, 199_980, 199_999, 200_000])('shows no part of a secret at its cuts: at %i', (at) => {
    const half = 'x'.repeat(at) + secret + 'y'.repeat(500_000 - at);
    const texts = [half + half, [...half].reverse().join('') + half, half + JSON.stringify(JSON.stringify(half))];
    for (const text of texts) {
      const shown = redact(text);
      expect(shown.length).toBeLessThan(401_000);
      for (let from = 0; from + 6 <= secret.length; from++) {
        expect(shown.includes(secret.slice(from, from + 6)), secret.slice(from, from + 6)).toBe(false);
      }
    }
  });

  it('is cut behind a secret that is long itself', () => {
    const long = Array.from({ length: 3_000 }, (_, index) =>
      createHash('md5').update(String(index)).digest('hex'),
    ).join('');
    const delivery = createRedactor();
    delivery.scope().declare(long);
    const shown = delivery.redact(`${'x'.repeat(199_990)}${long}${'y'.repeat(6_000_000)}`);
    expect(shown.length).toBeLessThan(401_000);
    expect(shown.slice(199_985, 200_015)).toBe('xxxxx[withheld][5800000 charac');
  });
});

it.each<[what: string, secret: string, text: string, shown: string]>([
  ['a key of zeros', 'A'.repeat(80_000), 'A'.repeat(600_000), '[withheld]'],
  ['two letters by turns', 'ab'.repeat(40_000), `x${'ab'.repeat(250_000)}x`, 'x[withheld]x'],
  ['one that nearly stands everywhere', `${'a'.repeat(79_999)}b`, 'a'.repeat(500_000), 'a'.repeat(500_000)],
  ['one that stands once', `${'a'.repeat(79_999)}b`, `${'a'.repeat(500_000)}b`, `${'a'.repeat(420_001)}[withheld]`],
])('a secret that repeats itself costs no more than others: %s', (_what, secret, text, shown) => {
  const { redact, scope } = createRedactor();
  scope().declare(secret);
  const before = process.cpuUsage();
  expect(redact(text) === shown).toBe(true);
  // Quadratic, this takes minutes.
  expect(process.cpuUsage(before).user).toBeLessThan(20_000_000);
});

it('a secret that holds thousands of texts alike is taken and forgotten in no time', () => {
  const redactor = createRedactor();
  const names = Array.from({ length: 20_000 }, (_, index) => `arn:aws:iam::123456789012:role/number-${index}`);
  const before = process.cpuUsage();
  const delivery = redactor.scope();
  delivery.declare(JSON.stringify(names));
  expect(redactor.redact(`it is ${names[17_777]}`)).toBe('it is [withheld]');
  delivery.end();
  deliver(redactor, 16);
  expect(redactor.redact(`it is ${names[17_777]}`)).toBe(`it is ${names[17_777]}`);
  // Quadratic, this takes minutes.
  expect(process.cpuUsage(before).user).toBeLessThan(30_000_000);
});
