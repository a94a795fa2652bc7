import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitText } from '../../../../lib/core/secrets/fit-text.ts';
import { createRedactor, type Redacted } from '../../../../lib/core/secrets/redactor.ts';

function redactorOf(...secrets: string[]) {
  const redactor = createRedactor();
  redactor.scope().add(...secrets);
  return redactor.redact;
}
function redactorOfDeclared(...secrets: string[]) {
  const redactor = createRedactor();
  redactor.scope().declare(...secrets);
  return redactor.redact;
}
const base64 = (text: string, encoding: 'base64' | 'base64url' | 'hex' = 'base64') =>
  Buffer.from(text).toString(encoding);

const threefold = (text: string) => JSON.stringify(JSON.stringify(JSON.stringify(text)));

describe('a secret in one of its forms', () => {
  const odd = 'a <b>&"c\' ü/?';
  it.each<[string, string, string, string]>([
    ['as it is', odd, `(${odd})`, '([withheld])'],
    ['with controls taken out', 'one\u0007two-three', 'one two-three', '[withheld]'],
    ['in JSON', 'line\nbreak-"x"', 'line\\nbreak-\\"x\\"', '[withheld]'],
    ['in JSON within JSON', 'line\nbreak-"x"', 'line\\\\nbreak-\\\\\\"x\\\\\\"', '[withheld]'],
    ['in an address', odd, encodeURIComponent(odd), '[withheld]'],
    [
      'in an address, with small digits',
      odd,
      encodeURIComponent(odd).replace(/%../g, (part) => part.toLowerCase()),
      '[withheld]',
    ],
    ['as an address', odd, encodeURI(odd), '[withheld]'],
    ['in a form', odd, encodeURIComponent(odd).replaceAll('%20', '+'), '[withheld]'],
    ['in markup', odd, 'a &lt;b&gt;&amp;&quot;c&#39; ü/?', '[withheld]'],
    ['in markup, as Python writes it', odd, 'a &lt;b&gt;&amp;&quot;c&#x27; ü/?', '[withheld]'],
    ['in markup, as Go writes it', odd, 'a &lt;b&gt;&amp;&#34;c&#39; ü/?', '[withheld]'],
    ['in JSON, as Go writes it', odd, String.raw`a \u003cb\u003e\u0026\"c' ü/?`, '[withheld]'],
    ['in JSON, as Gson writes it', 'a=<b>-and-more', String.raw`a\u003d\u003cb\u003e-and-more`, '[withheld]'],
    ['in JSON, as PHP writes it', 'ü/with/slashes', String.raw`\u00fc\/with\/slashes`, '[withheld]'],
    ['in JSON, as Python writes it', 'ü/with/slashes', String.raw`\u00fc/with/slashes`, '[withheld]'],
    ['between backticks', `line\nit's "quoted"`, String.raw`line\nit's "quoted"`, '[withheld]'],
    ['in JSON with slashes escaped', 'ü/with/slashes', String.raw`ü\/with\/slashes`, '[withheld]'],
    ['in single quotation marks', 'line\n"quoted"', String.raw`line\n"quoted"`, '[withheld]'],
    ['in single quotation marks, with both kinds', `it's "quoted"`, String.raw`it\'s "quoted"`, '[withheld]'],
    ['in an address, strictly', "it's (odd)!*", 'it%27s%20%28odd%29%21%2A', '[withheld]'],
    ['in an address in an address', odd, encodeURIComponent(encodeURIComponent(odd)), '[withheld]'],
    ['in a form, as browsers write it', "~it's (odd)!", '%7Eit%27s+%28odd%29%21', '[withheld]'],
    ['in a shell’s word', "it's-a-word", String.raw`it'\''s-a-word`, '[withheld]'],
    ['in a shell’s word, as Python quotes it', "it's-a-word", `it'"'"'s-a-word`, '[withheld]'],
    ['in a shell’s word, with backslashes', 'a word; $more', String.raw`a\ word\;\ \$more`, '[withheld]'],
    ['in an address, as Python leaves slashes', 'ab/cd+ef==gh', 'ab/cd%2Bef%3D%3Dgh', '[withheld]'],
    ['in an address’s path, as Go leaves pluses', 'ab/cd+ef==gh', 'ab%2Fcd+ef==gh', '[withheld]'],
    ['in a form, with small digits', 'p/ss word', 'p%2fss+word', '[withheld]'],
    ['in a form, with more escaped than need be', 'p*ss w!rd~1', 'p%2Ass+w%21rd~1', '[withheld]'],
    ['by JavaScript’s escape', 'grüne wiese €', escape('grüne wiese €'), '[withheld]'],
    ['in markup, of a text alone', `p"ss<w>'rd&`, `p"ss&lt;w&gt;'rd&amp;`, '[withheld]'],
    ['as JSON has a Buffer', odd, JSON.stringify(Buffer.from(odd)), '{"type":"Buffer","data":[[withheld]]}'],
    ['as JSON has a Buffer, on lines', odd, JSON.stringify([...Buffer.from(odd)], null, 2), '[\n  [withheld]\n]'],
    ['as Node shows a Buffer', odd, inspect(Buffer.from(odd)), '<Buffer [withheld]>'],
    ['as Node shows bytes', odd, inspect(Uint8Array.from(Buffer.from(odd))), 'Uint8Array(14) [\n  [withheld]\n]'],
    [
      'as the bytes of a digest are shown',
      odd,
      Buffer.from(odd)
        .toString('hex')
        .replace(/..(?=.)/g, '$&:'),
      '[withheld]',
    ],
    ['parted by what is not seen', 'a-token-of-two-parts', 'a-token-\u200bof-two\u00ad-parts', '[withheld]'],
    ['on two lines', 'a-token-of-two-parts-and-more', 'a-token-of-two-parts\r\n  -and-more', '[withheld]'],
    [
      'in Base64 on lines of any length, behind a name',
      'a-token-of-two-parts-and-more',
      (base64('user:a-token-of-two-parts-and-more').match(/.{1,20}/g) ?? []).join('\n'),
      'dXNlcjp[withheld]Q==',
    ],
    ['in markup, by numbers', 'p"ss<w>rd', 'p&#x22;ss&#60;w&#0062;rd', '[withheld]'],
    ['in JSON of Go in JSON', 'a<b>&c-pass', String.raw`a\u003cb\u003e\u0026c-pass`, '[withheld]'],
    ['in JSON in JSON in JSON', 'line\n"x"-more', threefold('line\n"x"-more'), threefold('[withheld]')],
    ['in an address in JSON', 'a "b" c+d', JSON.stringify('a%20%22b%22%20c%2Bd'), '"[withheld]"'],
    ['in a shell’s word, by octal digits', 'grüne wiese', String.raw`gr\303\274ne wiese`, '[withheld]'],
    ['in source text, by bytes', 'grüne wiese', String.raw`gr\xc3\xbcne wiese`, '[withheld]'],
    ['in source text, by code', 'grüne wiese', String.raw`gr\xfcne wiese`, '[withheld]'],
    ['in source text, beyond the first plane', 'key-🗝-of-it', String.raw`key-\u{1f5dd}-of-it`, '[withheld]'],
    ['in source text, as Python writes that', 'key-🗝-of-it', String.raw`key-\U0001f5dd-of-it`, '[withheld]'],
    ['without the blanks around it', ' hunter2-hunter2\n', 'for "hunter2-hunter2"', 'for "[withheld]"'],
    ['with its accents apart', 'grüne-wiese', 'gru\u0308ne-wiese', '[withheld]'],
    ['with its accents joined', 'gru\u0308ne-wiese', 'grüne-wiese', '[withheld]'],
    ['in Base64 of lines', 'x'.repeat(80), base64('x'.repeat(80)).replace(/.{76}/g, '$&\r\n'), '[withheld]'],
    ['in Base64 of shorter lines', 'x'.repeat(53), base64('x'.repeat(53)).replace(/.{64}/g, '$&\n'), '[withheld]'],
    ['in hexadecimal digits', 'hunter2-hunter2', base64('hunter2-hunter2', 'hex'), '[withheld]'],
    ['in Base64 of eight bytes', 'hunter22', base64('hunter22').slice(0, 10), '[withheld]'],
    ['in Base64 for addresses', 'ü?>~ü?>~ü?>~', base64('ü?>~ü?>~ü?>~', 'base64url'), '[withheld]'],
    [
      'in Base64 after one byte',
      'hunter2-hunter2',
      base64('xhunter2-hunter2'),
      `${base64('xhunter2-hunter2').slice(0, 2)}[withheld]g==`,
    ],
    [
      'in Base64 after two bytes',
      'hunter2-hunter2',
      base64('xyhunter2-hunter2'),
      `${base64('xyhunter2-hunter2').slice(0, 3)}[withheld]I=`,
    ],
    ['one of its lines', 'first-line\r\nsecond-line', 'second-line!', '[withheld]!'],
    ['a line of eight characters', 'x\n12345678\ny', '12345678', '[withheld]'],
  ])('is withheld: %s', (_form, secret, text, expected) => {
    expect(redactorOf(secret)(text)).toBe(expected);
  });

  const writers: readonly ((text: string) => string)[] = [
    (text) => JSON.stringify(text).slice(1, -1),
    (text) => encodeURIComponent(text),
    (text) => new URLSearchParams([['', text]]).toString().slice(1),
    (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    (text) => text.replaceAll("'", String.raw`'\''`),
    (text) => text.replace(/[^\w\n-]/gu, String.raw`\$&`),
    (text) => text.replace(/[^ -~]|[\\%&<>]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ];

  it('is withheld whole, and nothing else is, whoever wrote it within what others wrote', () => {
    const secrets = fc
      .string({ unit: 'grapheme', minLength: 8, maxLength: 30 })
      .filter((text) => /^\S.*\S$/s.test(text));
    const around = fc.string({ unit: fc.constantFrom('x', ' ', '7', ':', '"', '\n'), maxLength: 6 });
    const by = fc.array(fc.constantFrom(...writers), { maxLength: 3 });
    const noise = fc.constantFrom('', `GET /?a=1%202&b=x+y&amp;c='"'"' \\n\\t`);
    fc.assert(
      fc.property(secrets, around, around, by, noise, (secret, before, after, chain, all) => {
        const written = (text: string) => chain.reduce((inner, write) => write(inner), text);
        const [first, last] = [`${all} ${written(`${before}-`)}`, `${written(`-${after}`)} ${all}`];
        fc.pre(!`${first}${last}`.includes(secret));
        expect(redactorOf(secret)(first + written(secret) + last)).toBe(`${first}[withheld]${last}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, string, string]>([
    ['a line of seven characters', '1234567\nsecond-line', '1234567'],
    ['a line of blanks', 'first-line\n          \nx', '-          -'],
    ['nothing but blanks', '          ', '-          -'],
    ['blanks that are left of controls', '\u0007'.repeat(8), '-          -'],
    ['three characters that are left of an escape', '\u001b[31mabc', 'abc'],
    ['seven characters', '1234567', '1234567'],
    ['seven characters, in an address', 'a b c d', 'a%20b%20c%20d'],
  ])('is too little to be one: %s', (_what, secret, text) => {
    expect(redactorOf(secret)(text)).toBe(text);
  });

  it('is not looked for as hexadecimal digits where it is short', () => {
    const redact = redactorOfDeclared('ab', 'cde');
    expect(redact(base64('ab', 'hex'))).toBe('6162');
    expect(redact(base64('cde', 'hex'))).toBe('[withheld]');
  });
});

describe('secrets of few characters that were declared', () => {
  it.each([
    [['a'], 'banana', 'b[withheld]n[withheld]n[withheld]'],
    [['an'], 'banana', 'b[withheld]a'],
    [['aa'], 'aaaa', '[withheld]'],
    [['ana'], 'banana', 'b[withheld]'],
    [['x', 'yz', 'abc', 'abd'], 'x.yz.abc.abd.ab', '[withheld].[withheld].[withheld].[withheld].ab'],
    [['abc'], 'abc', '[withheld]'],
    [['abc'], 'ab', 'ab'],
  ])('%j are found in %s', (secrets, text, expected) => {
    expect(redactorOfDeclared(...secrets)(text)).toBe(expected);
  });

  it('are the texts of JSON that have six characters, or a name that tells a secret', () => {
    const redact = redactorOfDeclared(
      ' {"user":"sixsix","role":"five5","password":"pw1","list":["listed",{"pin":"other-pin"}],"n":123456}',
    );
    expect(redact('sixsix five5 pw1 listed other-pin 123456')).toBe(
      '[withheld] five5 [withheld] [withheld] [withheld] 123456',
    );
    expect(redactorOfDeclared('["in-a-list"]')('in-a-list')).toBe('[withheld]');
  });

  it('are no lines of a longer one', () => {
    expect(redactorOfDeclared('a\nbe\nfirst-line\r12345')('a be 12345 first-line')).toBe('a be 12345 [withheld]');
  });

  it('are whole where they only look like JSON', () => {
    expect(redactorOfDeclared('{"a":"in-braces"')('in-braces {"a":"in-braces"')).toBe('in-braces [withheld]');
    expect(redactorOfDeclared('"quoted-text"')('quoted-text')).toBe('quoted-text');
    expect(redactorOfDeclared('x {"a":"in-braces"}')('in-braces')).toBe('in-braces');
  });

  it('are no blanks, in an address either', () => {
    expect(redactorOfDeclared('   ')('a   b %20%20%20')).toBe('a   b %20%20%20');
  });

  it('are of JSON its texts alone', () => {
    const redact = redactorOfDeclared('{"password":12345678,"token":null}', '"with-{-within"');
    expect(redact('12345678 {"password":12345678,"token":null} with-{-within')).toBe(
      '12345678 [withheld] with-{-within',
    );
  });

  it('come a whole delivery’s forms at once', () => {
    const secrets = Array.from({ length: 400 }, (_, index) => `secret-number-${index}-of-many`);
    expect(redactorOf(...secrets)(secrets.join(' '))).toBe(secrets.map(() => '[withheld]').join(' '));
  });
});

describe('secrets that nobody declared', () => {
  const redact = redactorOf();
  it.each([
    ['authorization: Basic abcd', 'authorization: [withheld]'],
    ['Authorization: Bearer abcd, more', 'Authorization: [withheld]'],
    ['"authorization":"Digest abcdef"', '"authorization":"[withheld]"'],
    ["proxy-authorization='Token abcd'", "proxy-authorization='[withheld]'"],
    ['authorization = 1234567890123456 next', 'authorization = [withheld] next'],
    ['authorization: [AWS4-HMAC-SHA256 Credential]', 'authorization: [[withheld]'],
    ['cookie: a=b; c=d\r\nhost: x', 'cookie: [withheld]\r\nhost: x'],
    ['Set-Cookie: a.b-c=d', 'Set-Cookie: [withheld]'],
    ['x-api-key: 12345678', 'x-api-key: [withheld]'],
    ['x-amz-security-token=12345678&a=b', 'x-amz-security-token=[withheld]&a=b'],
    [`rb1.${'x'.repeat(16)} and`, '[withheld] and'],
    [`a%22rb12.${'x'.repeat(16)}`, 'a%22[withheld]'],
  ])('are withheld by where they stand: %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'authorization: Basic abc',
    'authorization: 123456789012345',
    'authorization: [withheld] and more of it',
    'myauthorization: Basic abcd',
    'cookie: none',
    'x-api-key: 1234567',
    `rb1.${'x'.repeat(15)}`,
    `rb.${'x'.repeat(16)}`,
  ])('are none: %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('beside the mark of a cut', () => {
  const secret = '0123456789abcdef';
  const redact = redactorOf(secret, 'only-fifteen-15');
  it.each([
    ['twelve characters of its beginning', '0123456789ab…', '[withheld]…'],
    ['eleven of them', '0123456789a…', '0123456789a…'],
    ['twelve characters of its end', '…456789abcdef', '…[withheld]'],
    ['eleven of them, at the end', '…56789abcdef', '…56789abcdef'],
    ['the end of it, and more', '...3456789abcdef and', '...[withheld] and'],
    ['all but one character', 'x0123456789abcde...', 'x[withheld]...'],
    ['its beginning in quotation marks, as Node shows it', "'0123456789abc'... 3 more", "'[withheld]'... 3 more"],
    ['its beginning twice', '0123456789ab0123456789abc…', '0123456789ab[withheld]…'],
    ['its beginning a word before', '0123456789abc d…', '0123456789abc d…'],
    ['its end after another character', '…x456789abcdef', '…x456789abcdef'],
    ['its end a word later', '…x 456789abcdef', '…x 456789abcdef'],
    ['a secret of fifteen characters', 'only-fifteen-…', 'only-fifteen-…'],
    ['two full stops', '0123456789ab..', '0123456789ab..'],
    ['the twentieth mark', `${'…'.repeat(19)} 0123456789ab…`, `${'…'.repeat(19)} [withheld]…`],
    ['the twenty-first mark', `${'…'.repeat(20)} 0123456789ab…`, `${'…'.repeat(20)} 0123456789ab…`],
  ])('a part of a secret is known: %s', (_what, text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});

describe('a text made to fit', () => {
  const fitted = (text: string, limits: Partial<Parameters<typeof fitText>[1]> = {}) =>
    fitText(text as Redacted, { max: 5, keep: 'end', ifEmpty: '-', ...limits });
  it.each<[string, string, Parameters<typeof fitted>[1], string]>([
    ['of as many characters as there is room', 'abcde', {}, 'abcde'],
    ['of one more keeps its end', 'abcdef', {}, '…cdef'],
    ['of one more keeps its beginning where asked', 'abcdef', { keep: 'start' }, 'abcd…'],
    ['cut through a character at its beginning', '12😀456', {}, '…456'],
    ['cut through a character at its end', '123😀56', { keep: 'start' }, '123…'],
    ['cut after a whole character beyond U+FFFF', '😀45678', { keep: 'start' }, '😀45…'],
    ['with half a character elsewhere in view', 'ab\ufffdcdef', {}, '…cdef'],
    ['of blanks', ' \n\t ', {}, '-'],
    ['of nothing', '', {}, '-'],
    ['with blanks around', '  abc \n', {}, 'abc'],
    ['with astral characters', 'a😀b', {}, 'a😀b'],
    ['with astral characters where they may not stay', 'a😀b', { astral: false }, 'a\ufffdb'],
    ['with more of them', '😀😀x', { astral: false }, '\ufffd\ufffdx'],
    ['with controls', '\u0007a\u0000b', {}, 'a b'],
    ['with an escape', '\u001b[31mred', {}, 'red'],
    ['with an ending of another character’s half', '12345\u{1F600}', { max: 6 }, '…345😀'],
    ['whose stand-in is too long', '', { ifEmpty: 'nothing' }, '…hing'],
  ])('%s', (_what, text, limits, expected) => {
    expect(fitted(text, limits)).toBe(expected);
  });
});
