import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from './bucket.ts';
import { DIGEST_BYTES } from './checksum.ts';
import { headerOf } from './header-of.ts';

const PREFIX = 'x-amz-checksum-';
/** Headers of that prefix that hold no checksum. */
const NO_CHECKSUM = ['algorithm', 'mode', 'type'].map((name) => PREFIX + name);
/** Algorithms that S3 has and Node has not. */
const NOT_SIMULATED = /^XXHASH(3|64|128)$/;

/** What a request says of its body's checksum. */
export interface AnnouncedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** The name of the header or trailer that holds it. */
  readonly name: string;
  /** Base64; absent where it is to be computed alone, or comes behind the body. */
  readonly value?: string;
  /** Whether it comes behind the body. */
  readonly isTrailer: boolean;
}

/**
 * Reads which checksum a request has, in its headers or behind its body, or asks for.
 *
 * @throws AwsError InvalidRequest, NotImplemented
 */
export function announcedChecksum(request: IncomingMessage): AnnouncedChecksum | undefined {
  const headers = Object.keys(request.headers).filter((name) => isChecksum(name));
  const trailers = (headerOf(request, 'x-amz-trailer') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter(isChecksum);
  const named = headerOf(request, 'x-amz-sdk-checksum-algorithm');
  const wanted = named === undefined ? undefined : algorithmOr(named, invalidValue('x-amz-sdk-checksum-algorithm'));
  const [name, ...others] = [...headers, ...trailers];
  if (others.length > 0) {
    const message = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
    throw new AwsError('InvalidRequest', message);
  }
  if (name === undefined) {
    return wanted === undefined ? undefined : { algorithm: wanted, name: headerNameOf(wanted), isTrailer: false };
  }
  const message = 'The algorithm type you specified in x-amz-checksum- header is invalid.';
  const algorithm = algorithmOr(name.slice(PREFIX.length), new AwsError('InvalidRequest', message));
  const value = headerOf(request, name);
  if (value !== undefined) checkValue(algorithm, name, value);
  return { algorithm, name, isTrailer: headers.length === 0, ...(value === undefined ? {} : { value }) };
}

/** The header of an algorithm's checksum. */
export function headerNameOf(algorithm: ChecksumAlgorithm): string {
  return PREFIX + algorithm.toLowerCase();
}

/** Reads `x-amz-checksum-algorithm`. @throws AwsError InvalidRequest, NotImplemented */
export function algorithmNamed(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const message =
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]';
  return algorithmOr(name, new AwsError('InvalidRequest', message));
}

/** Checks that a text can be a checksum of that algorithm. @throws AwsError InvalidRequest */
export function checkValue(algorithm: ChecksumAlgorithm, name: string, value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== DIGEST_BYTES[algorithm] || bytes.toString('base64') !== value) throw invalidValue(name);
}

function algorithmOr(name: string, unknown: AwsError): ChecksumAlgorithm {
  const upper = name.toUpperCase();
  const found = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === upper);
  if (found !== undefined) return found;
  if (!NOT_SIMULATED.test(upper)) throw unknown;
  throw new AwsError('NotImplemented', `checksums by ${upper} are not simulated`, { status: 501 });
}

function isChecksum(name: string): boolean {
  return name.startsWith(PREFIX) && !NO_CHECKSUM.includes(name);
}

function invalidValue(name: string): AwsError {
  return new AwsError('InvalidRequest', `Value for ${name} header is invalid.`);
}
