import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ChecksumAlgorithm } from './bucket.ts';

/** A checksum that grows with the bytes it is given. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** The checksum of all bytes so far; for the CRCs in big-endian order, as S3 sends them. */
  digest(): Buffer;
}

/** The Castagnoli polynomial, bits reversed. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
/** The NVMe polynomial, bits reversed, as two halves of 32 bits. */
const CRC64NVME_POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 };

/** The 256 steps of a reversed CRC of 64 bits; a CRC of 32 bits leaves the high half zero. */
function createTable(polynomial: { high: number; low: number }): { high: Int32Array; low: Int32Array } {
  const table = { high: new Int32Array(256), low: new Int32Array(256) };
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry) {
        low ^= polynomial.low;
        high ^= polynomial.high;
      }
    }
    table.high[byte] = high;
    table.low[byte] = low;
  }
  return table;
}

const CRC32C_TABLE = createTable({ high: 0, low: CRC32C_POLYNOMIAL }).low;
const CRC64NVME_TABLE = createTable(CRC64NVME_POLYNOMIAL);

function createCrc32(): RunningChecksum {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest: () => wordsOf(value),
  };
}

function createCrc32c(): RunningChecksum {
  let value = -1;
  return {
    update(bytes) {
      for (const byte of bytes) value = (value >>> 8) ^ (CRC32C_TABLE[(value ^ byte) & 0xff] as number);
    },
    digest: () => wordsOf(~value >>> 0),
  };
}

function createCrc64Nvme(): RunningChecksum {
  let high = -1;
  let low = -1;
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (CRC64NVME_TABLE.low[index] as number);
        high = (high >>> 8) ^ (CRC64NVME_TABLE.high[index] as number);
      }
    },
    digest: () => wordsOf(~high >>> 0, ~low >>> 0),
  };
}

function createHashed(name: 'md5' | 'sha1' | 'sha256' | 'sha512'): RunningChecksum {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

function wordsOf(...words: number[]): Buffer {
  const buffer = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => {
    buffer.writeUInt32BE(word, index * 4);
  });
  return buffer;
}

/** How long a checksum is. */
export const DIGEST_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  MD5: 16,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
};

/** Starts a checksum of no bytes. */
export function createChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'CRC32':
      return createCrc32();
    case 'CRC32C':
      return createCrc32c();
    case 'CRC64NVME':
      return createCrc64Nvme();
    case 'SHA1':
      return createHashed('sha1');
    case 'SHA256':
      return createHashed('sha256');
    case 'SHA512':
      return createHashed('sha512');
    case 'MD5':
      return createHashed('md5');
  }
}
