import { AwsError } from '../kernel/aws-error.ts';

/*
 * CBOR (RFC 8949), as far as Smithy's protocol rpc-v2-cbor uses it: integers, floating point numbers, text, bytes,
 * lists, maps, booleans, null, and times as tag 1. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */

const TIME_TAG = 1;
/** Ends what came without a length. */
const BREAK = Symbol('break');
/** How deep lists and maps may lie in each other. */
const DEEPEST = 64;

/** The value of a document. @throws AwsError SerializationException */
export function decodeCbor(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return createReader(bytes).value(0);
  } catch {
    throw new AwsError('SerializationException', 'the body of the request is not CBOR');
  }
}

function createReader(bytes: Buffer) {
  let at = 0;

  function take(length: number): Buffer {
    const part = bytes.subarray(at, at + length);
    if (part.length < length) throw new Error('it ends too early');
    at += length;
    return part;
  }

  /** The number behind a head; -1 where there is no length. */
  function argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return take(1).readUInt8();
    if (info === 25) return take(2).readUInt16BE();
    if (info === 26) return take(4).readUInt32BE();
    if (info === 27) return Number(take(8).readBigUInt64BE());
    if (info === 31) return -1;
    throw new Error('a head that has no meaning');
  }

  function many(length: number, depth: number): unknown[] {
    const values: unknown[] = [];
    for (let left = length; left !== 0; left--) {
      const next = value(depth + 1, length < 0);
      if (next === BREAK) break;
      values.push(next);
    }
    return values;
  }

  function joined(length: number, depth: number): Buffer {
    if (length >= 0) return take(length);
    return Buffer.concat(many(length, depth).map((part) => Buffer.from(part as string | Buffer)));
  }

  function map(length: number, depth: number): object {
    const flat = many(length < 0 ? length : length * 2, depth);
    const entries = Array.from({ length: flat.length / 2 }, (_, n) => [String(flat[n * 2]), flat[n * 2 + 1]]);
    return Object.fromEntries(entries);
  }

  function simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return half(take(2).readUInt16BE());
    if (info === 26) return take(4).readFloatBE();
    if (info === 27) return take(8).readDoubleBE();
    if (info === 31) return BREAK;
    throw new Error('a value that has no meaning');
  }

  function value(depth: number, mayBreak = false): unknown {
    if (depth > DEEPEST) throw new Error('too deep');
    const head = take(1).readUInt8();
    const major = head >> 5;
    const info = head & 31;
    if (major === 7) {
      const found = simple(info);
      if (found === BREAK && !mayBreak) throw new Error('an end without a beginning');
      return found;
    }
    const number = argument(info);
    if (major === 0) return number;
    if (major === 1) return -1 - number;
    if (major === 2) return joined(number, depth);
    if (major === 3) return joined(number, depth).toString('utf8');
    if (major === 4) return many(number, depth);
    if (major === 5) return map(number, depth);
    const tagged = value(depth + 1);
    return number === TIME_TAG ? new Date(Math.round(Number(tagged) * 1000)) : tagged;
  }

  return { value };
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** A value as a document. Members that are `undefined` are left out. */
export function encodeCbor(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.of(0xf6);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'string') return headed(3, Buffer.from(value));
  if (Buffer.isBuffer(value)) return headed(2, value);
  if (value instanceof Date) return Buffer.concat([head(6, TIME_TAG), encodeDouble(value.getTime() / 1000)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)]);
  const entries = Object.entries(value as object).filter(([, member]) => member !== undefined);
  const members = entries.flatMap(([name, member]) => [encodeCbor(name), encodeCbor(member)]);
  return Buffer.concat([head(5, entries.length), ...members]);
}

function encodeNumber(value: number): Buffer {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return encodeDouble(value);
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

function encodeDouble(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xfb);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function headed(major: number, content: Buffer): Buffer {
  return Buffer.concat([head(major, content.length), content]);
}

function head(major: number, number: number): Buffer {
  const first = major << 5;
  if (number < 24) return Buffer.of(first | number);
  if (number < 0x100) return Buffer.of(first | 24, number);
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8(first | 27);
  bytes.writeBigUInt64BE(BigInt(number), 1);
  return bytes;
}
