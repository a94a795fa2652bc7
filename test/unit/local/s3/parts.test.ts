import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from '../../../../lib/local/s3/aws-chunked.ts';
import { createChecksum } from '../../../../lib/local/s3/checksum.ts';
import { compareKeys, listKeys } from '../../../../lib/local/s3/key-listing.ts';
import { escapeXml, parseXml } from '../../../../lib/local/s3/xml.ts';

describe('checksums', () => {
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ] as const)('by %s give the published check value', (algorithm, expected) => {
    const checksum = createChecksum(algorithm);
    checksum.update(Buffer.from('12345'));
    checksum.update(Buffer.from('6789'));
    expect(checksum.digest().toString('hex')).toBe(expected);
  });
});

describe('the aws-chunked framing', () => {
  it('comes off whatever pieces the body arrives in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 20 }),
        async (chunks, piece) => {
          const framed = Buffer.concat([
            ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
            Buffer.from('0\r\nx-amz-checksum-crc32:abc=\r\n\r\n'),
          ]);
          async function* body() {
            for (let start = 0; start < framed.length; start += piece) yield framed.subarray(start, start + piece);
          }
          const trailers = new Map<string, string>();
          const payload: Buffer[] = [];
          for await (const bytes of decodeAwsChunked(body(), trailers)) payload.push(bytes);
          expect(Buffer.concat(payload).equals(Buffer.concat(chunks))).toBe(true);
          expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'abc=']]);
        },
      ),
    );
  });
});

describe('listings', () => {
  it('give every key once, in order, over pages of any size', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '𝄞'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), (keys, maxKeys) => {
        const seen: string[] = [];
        let after = '';
        for (;;) {
          const page = listKeys(keys, { prefix: '', delimiter: '', maxKeys, after });
          seen.push(...page.keys);
          if (!page.isTruncated) break;
          after = page.last ?? '';
        }
        expect(seen).toEqual([...keys].sort(compareKeys));
      }),
    );
  });
});

describe('XML', () => {
  it('reads back any text that was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseXml(`<?xml version="1.0"?><a b="c">${escapeXml(text)}</a>`).text).toBe(text);
      }),
    );
  });

  it.each(['', '<a>', '<a></b>', '<a/><b/>', '<!DOCTYPE a><a/>', 'text'])('refuses %j', (document) => {
    expect(() => parseXml(document)).toThrow('not well-formed');
  });
});
