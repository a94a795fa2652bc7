import type { ExtraField } from './zip-name.ts';

const ZIP64_SIZES = 0x0001;

/** The numbers of an entry that may be too large for 32 bits. */
export interface Sizes {
  readonly size: number;
  readonly compressedSize: number;
  readonly headerStart: number;
}

/** Takes those that are too large for 32 bits from the extra field that then has them, in this order. */
export function wholeSizes(sizes: Sizes, extraFields: readonly ExtraField[]): Sizes & { readonly isKnown: boolean } {
  const data = extraFields.find(({ id }) => id === ZIP64_SIZES)?.data ?? Buffer.alloc(0);
  let at = 0;
  let isKnown = true;
  const whole = (value: number) => {
    if (value !== 0xffffffff) return value;
    if (at + 8 > data.length) {
      // Exactly this value, or one that nobody tells.
      isKnown = data.length > 0 ? false : isKnown;
      return value;
    }
    at += 8;
    return Number(data.readBigUInt64LE(at - 8));
  };
  const { size, compressedSize, headerStart } = sizes;
  return { size: whole(size), compressedSize: whole(compressedSize), headerStart: whole(headerStart), isKnown };
}
