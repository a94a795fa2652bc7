import { createHash } from 'node:crypto';
import { AwsError } from '../kernel/aws-error.ts';
import type { BodyLimit } from '../kernel/service.ts';
import { announcedChecksum } from './announced-checksum.ts';
import { createChecksum } from './checksum.ts';
import type { S3Call } from './s3-call.ts';
import { verifyChecksum, verifyMd5 } from './verify-digests.ts';

/** The longest XML document that S3 takes; 1,000 keys of 1 KB fit twice. */
const DOCUMENT_LIMIT: BodyLimit = {
  maxBytes: 2 * 1024 * 1024,
  tooLarge: () => new AwsError('MaxMessageLengthExceeded', 'Your request was too large.'),
};

/** The body of a request whose body is a document, as text, verified by what its headers say. @throws AwsError */
export async function documentOf(call: S3Call): Promise<string> {
  const announced = announcedChecksum(call.request);
  const bytes = await bytesOf(call);
  if (announced?.value !== undefined) {
    const checksum = createChecksum(announced.algorithm);
    checksum.update(bytes);
    verifyChecksum(announced.algorithm, announced.value, checksum.digest().toString('base64'));
  }
  return bytes.toString('utf8');
}

/** The same where a checksum among the headers is that of something else, such as of the object that comes of it. */
export async function documentWithoutChecksum(call: S3Call): Promise<string> {
  return (await bytesOf(call)).toString('utf8');
}

async function bytesOf({ context, request }: S3Call): Promise<Buffer> {
  const bytes = await context.body(DOCUMENT_LIMIT);
  verifyMd5(request, createHash('md5').update(bytes).digest());
  return bytes;
}
