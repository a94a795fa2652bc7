import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import { algorithmNamed } from './announced-checksum.ts';
import type { ChecksumAlgorithm, Upload } from './bucket.ts';
import { headerOf } from './header-of.ts';

/** The types of checksum that each algorithm may have, the usual one first (S3 User Guide, "Checking object integrity"). */
const TYPES: Readonly<Record<ChecksumAlgorithm, readonly NonNullable<Upload['checksumType']>[]>> = {
  CRC32: ['COMPOSITE', 'FULL_OBJECT'],
  CRC32C: ['COMPOSITE', 'FULL_OBJECT'],
  CRC64NVME: ['FULL_OBJECT'],
  MD5: ['COMPOSITE'],
  SHA1: ['COMPOSITE'],
  SHA256: ['COMPOSITE'],
  SHA512: ['COMPOSITE'],
};

/** Reads how the parts and the object of a new upload are summed. @throws AwsError InvalidRequest, NotImplemented */
export function uploadChecksum(request: IncomingMessage): Pick<Upload, 'checksumAlgorithm' | 'checksumType'> {
  const algorithm = algorithmNamed(headerOf(request, 'x-amz-checksum-algorithm'));
  const type = headerOf(request, 'x-amz-checksum-type');
  if (algorithm === undefined) {
    if (type === undefined) return {};
    const message = 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.';
    throw new AwsError('InvalidRequest', message);
  }
  const checksumType = TYPES[algorithm].find((known) => type === undefined || known === type);
  if (checksumType !== undefined) return { checksumAlgorithm: algorithm, checksumType };
  const message = `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`;
  throw new AwsError('InvalidRequest', message);
}
