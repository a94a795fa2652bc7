import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCbor, encodeCbor } from '../../../../lib/local/wire/cbor.ts';

describe('CBOR', () => {
  it('comes back as it was', () => {
    const one = fc.oneof(
      fc.string(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
    );
    const tie = fc.record({ list: fc.array(one), map: fc.record({ in: one, out: fc.array(fc.array(one)) }), one });
    fc.assert(
      fc.property(tie, (value) => {
        expect(decodeCbor(encodeCbor(value))).toEqual(value);
      }),
    );
  });

  // Of RFC 8949, appendix A.
  it.each<readonly [string, unknown]>([
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['3903e7', -1000],
    ['f93e00', 1.5],
    ['f90001', 2 ** -24],
    ['fa47c35000', 100_000],
    ['fb3ff199999999999a', 1.1],
    ['c11a514b67b0', new Date('2013-03-21T20:04:00Z')],
    ['62c3bc', 'ü'],
    ['5f42010243030405ff', Buffer.from([1, 2, 3, 4, 5])],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
    ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
    ['f7', null],
    ['', {}],
  ])('reads %s', (hex, value) => {
    expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value);
  });

  it.each(['ff', '82', '5a7fffffff00', '1c', 'a1', '81'.repeat(1000)])('refuses %s', (hex) => {
    expect(() => decodeCbor(Buffer.from(hex, 'hex'))).toThrow(
      expect.objectContaining({ code: 'SerializationException' }),
    );
  });
});
