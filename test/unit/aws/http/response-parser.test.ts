import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HttpResponse, ResponseParser } from '../../../../lib/aws/http/response-parser.ts';

/** What bytes are read as, that come in these pieces; `end` where the connection is closed after them. */
function read(pieces: readonly (string | Buffer)[], { isClosed = false } = {}): HttpResponse | undefined {
  const parser = new ResponseParser();
  for (const piece of pieces) {
    const response = parser.feed(Buffer.from(piece as string, 'latin1'));
    if (response !== undefined) return response;
  }
  return isClosed ? parser.end() : undefined;
}

/** A body in chunks of these lengths, with extensions and trailers where they are asked for. */
function chunked(body: Buffer, lengths: readonly number[], { extension = '', trailers = '' } = {}): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const length of [...lengths, body.length]) {
    const part = body.subarray(at, at + length);
    if (part.length === 0) continue;
    parts.push(Buffer.from(`${part.length.toString(16)}${extension}\r\n`), part, Buffer.from('\r\n'));
    at += part.length;
  }
  return Buffer.concat([...parts, Buffer.from(`0${extension}\r\n${trailers}\r\n`)]);
}

function split(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const cuts = [...new Set(at.map((cut) => cut % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...cuts].map((cut, index) => bytes.subarray(cut, cuts[index] ?? bytes.length));
}

describe('a response', () => {
  it('is the same however it is framed, and however it comes in pieces', () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
    const numbers = fc.array(fc.nat(800), { maxLength: 12 });
    fc.assert(
      fc.property(
        bytes,
        fc.constantFrom('length', 'chunked', 'close'),
        numbers,
        numbers,
        fc.boolean(),
        (body, framing, lengths, cuts, more) => {
          const head = {
            length: `Content-Length: ${body.length}`,
            chunked: 'Transfer-Encoding:  Chunked ',
            close: 'x: y',
          }[framing];
          const before = more ? 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\n' : '';
          const extras = more ? { extension: ';name="a"', trailers: 'x-after: 1\r\nx-more: 2\r\n' } : {};
          const framed = framing === 'chunked' ? chunked(body, lengths, extras) : body;
          const whole = Buffer.concat([
            Buffer.from(`${before}HTTP/1.1 201 Made of\r\nX-One: 1\r\n${head}\r\nx-ONE: 2\r\n\r\n`),
            framed,
          ]);
          const response = read(split(whole, cuts), { isClosed: framing === 'close' });
          expect(response?.body).toEqual(body);
          expect(response).toMatchObject({ status: 201, headers: { 'x-one': '1, 2' } });
          expect(response?.keepMs).toBe(framing === 'close' ? undefined : Number.POSITIVE_INFINITY);
          // Without its last byte it is not whole.
          if (framing !== 'close') expect(read([whole.subarray(0, -1)], { isClosed: true })).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['304', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n'],
    ['200 of no length', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n'],
    ['200 of one length said twice', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nContent-Length: 0\r\n\r\n'],
  ])('%s has no body', (_status, text) => {
    expect(read([text])).toMatchObject({ body: Buffer.alloc(0), keepMs: Number.POSITIVE_INFINITY });
  });

  it.each([
    ['HTTP/1.1', '', Number.POSITIVE_INFINITY],
    ['HTTP/1.1', 'Connection: Keep-Alive, Close\r\n', undefined],
    ['HTTP/1.0', '', undefined],
    ['HTTP/1.0', 'connection: Keep-Alive\r\n', Number.POSITIVE_INFINITY],
    ['HTTP/1.1', 'keep-alive: max=5, timeout=60\r\n', 59_000],
    ['HTTP/1.1', 'keep-alive: timeout=0\r\n', 0],
  ])('of %s with "%s" lets its connection wait for %s ms', (version, header, keepMs) => {
    expect(read([`${version} 200 OK\r\n${header}content-length: 0\r\n\r\n`])).toMatchObject({ keepMs });
  });
});

it.each([
  ['a value', (blanks: string) => `x: a${blanks}b`],
  ['a list of connections', (blanks: string) => `connection: a${blanks}b`],
  ['a list of lengths', (blanks: string) => `content-length: 2,${blanks}2`],
])('reads blanks in %s by the ten thousand, once each', (_where, header) => {
  // Read again from each of them, they would take twenty times as long as a test may.
  const head = `HTTP/1.1 200 OK\r\n${header(' '.repeat(60_000))}\r\n`;
  for (let round = 0; round < 200; round++) {
    expect(read([head, 'content-length: 2\r\n\r\n{}'])?.body.toString()).toBe('{}');
  }
});

it('keeps a body of a million pieces as one', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const parser = new ResponseParser();
  parser.feed(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'));
  const pieces = Buffer.from('1\r\nx\r\n'.repeat(10_000));
  collect();
  const { heapUsed } = process.memoryUsage();
  for (let round = 0; round < 100; round++) parser.feed(pieces);
  collect();
  expect(process.memoryUsage().heapUsed - heapUsed).toBeLessThan(10_000_000);
  expect(parser.feed(Buffer.from('0\r\n\r\n'))?.body.equals(Buffer.alloc(1_000_000, 'x'))).toBe(true);
});

describe('what is no response', () => {
  it.each([
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n', /status line/],
    ['no status', 'HTTP/1.1 OK\r\n\r\n', /status line/],
    ['lines that end as those of Unix', 'HTTP/1.1 200 OK\ncontent-length: 0\n\r\n\r\n', /status line/],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n', /a header that is none/],
    ['a header that goes on in the next line', 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\n\r\n', /a header that is none/],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\n', /a header that is none/],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n', /length of the body/],
    ['a length below 0', 'HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n', /length of the body/],
    ['another encoding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n', /transfer encoding/],
    ['a carriage return within a header', 'HTTP/1.1 200 OK\r\nx: a\rb\r\n\r\n', /a header that is none/],
    ['a change of protocols', 'HTTP/1.1 101 Switching\r\n\r\n', /change of protocols/],
    ['a chunk of no size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n', /size of a chunk/],
    [
      'a chunk that is too long',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n',
      /longer than it says/,
    ],
  ])('is told: %s', (_what, text, message) => {
    expect(() => read([text])).toThrow(message);
    expect(() => read([...text])).toThrow(message);
  });

  it('ends at a bound: heads, lines of chunks, trailers and bodies', () => {
    const long = Buffer.alloc(66_000, 'x');
    const chunks = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(() => read(['HTTP/1.1 200 OK\r\nx: ', long])).toThrow(/a head of more than 65536 bytes/);
    expect(() => read(Array(3_000).fill('HTTP/1.1 100 Continue\r\nx: y\r\n\r\n'))).toThrow(/a head of more than/);
    expect(() => read([`${chunks}2;`, long])).toThrow(/a head of more than 4096 bytes/);
    expect(() => read([`${chunks}0\r\n`, ...Array(7_000).fill('x: 12345678\r\n')])).toThrow(/a head of more than/);
    const mebibyte = Buffer.alloc(1024 ** 2);
    expect(() => read(['HTTP/1.1 200 OK\r\n\r\n', ...Array(65).fill(mebibyte)])).toThrow(/a body of more than/);
  });

  it('ends, whatever comes: with a response, with an error that says so, or with the connection', () => {
    const sound = [
      'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 13\r\n\r\n{"jobs":[{}]}',
      'HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\n{"a":\r\n3\r\n"b"\r\n1\r\n}\r\n0\r\nx: y\r\n\r\n',
    ];
    const edit = fc.record({
      at: fc.nat(200),
      length: fc.nat(4),
      text: fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom('\r\n', '\r\n\r\n', '0', 'ffffffff', ': ', ',', '\0'),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...sound),
        fc.array(edit, { maxLength: 5 }),
        fc.array(fc.nat(300)),
        (text, edits, cuts) => {
          let bytes = text;
          for (const { at, length, text: other } of edits)
            bytes = bytes.slice(0, at) + other + bytes.slice(at + length);
          let response: HttpResponse | undefined;
          try {
            response = read(split(Buffer.from(bytes, 'latin1'), cuts), { isClosed: true });
          } catch (error) {
            expect(error).toMatchObject({ name: 'BrokenResponseError', code: 'EPROTO' });
          }
          if (response === undefined) return;
          expect(response.status).toBeGreaterThanOrEqual(200);
          expect(response.body.length).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
