import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { ChecksumAlgorithm } from './bucket.ts';
import { headerOf } from './header-of.ts';

/** Compares a checksum that a client gave with that of what came. @throws AwsError BadDigest */
export function verifyChecksum(algorithm: ChecksumAlgorithm, given: string | undefined, computed: string): void {
  if (given === undefined || given === computed) return;
  throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}

/** Compares the header Content-MD5, where there is one, with that of what came. @throws AwsError InvalidDigest, BadDigest */
export function verifyMd5(request: IncomingMessage, computed: Buffer): void {
  const header = headerOf(request, 'content-md5');
  if (header === undefined) return;
  const expected = Buffer.from(header, 'base64');
  if (expected.length !== 16) throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  if (!expected.equals(computed)) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      members: { ExpectedDigest: header, CalculatedDigest: computed.toString('base64') },
    });
  }
}
