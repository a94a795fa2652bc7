import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import { type AnnouncedChecksum, announcedChecksum, checkValue } from './announced-checksum.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { ChecksumAlgorithm, StoredBytes } from './bucket.ts';
import { createChecksum } from './checksum.ts';
import { headerOf } from './header-of.ts';
import { verifyChecksum, verifyMd5 } from './verify-digests.ts';

/** The largest body of one PutObject or UploadPart, 5 GiB (S3 User Guide, "Uploading objects"). */
export const LARGEST_BODY_BYTES = 5 * 1024 ** 3;

/**
 * Streams a request's body into `file` and verifies what its headers and trailers say about it.
 *
 * Memory stays flat: each piece is written before the next is read. `ofUpload` is the algorithm that the upload of a part
 * was begun with. The caller removes the file when this throws.
 *
 * @throws AwsError MissingContentLength, NotImplemented, BadDigest, InvalidDigest, IncompleteBody, EntityTooLarge, XAmzContentSHA256Mismatch
 */
export async function receiveBody(
  request: IncomingMessage,
  file: string,
  ofUpload?: ChecksumAlgorithm,
): Promise<StoredBytes> {
  const contentSha256 = headerOf(request, 'x-amz-content-sha256') ?? '';
  const chunked =
    contentSha256.startsWith('STREAMING-') || /(^|,)\s*aws-chunked/.test(headerOf(request, 'content-encoding') ?? '');
  const declared = headerOf(request, chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (declared === undefined) throw withoutLength(request);
  if (Number(declared) > LARGEST_BODY_BYTES) throw tooLarge();
  const { algorithm, announced } = chosenChecksum(request, ofUpload);
  const trailers = new Map<string, string>();
  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/i.test(contentSha256) ? createHash('sha256') : undefined;
  const checksum = algorithm === undefined ? undefined : createChecksum(algorithm);

  let size = 0;
  const source = chunked ? decodeAwsChunked(request, trailers) : (request as AsyncIterable<Buffer>);
  const handle = await open(file, 'wx');
  try {
    for await (const bytes of source) {
      size += bytes.length;
      if (size > LARGEST_BODY_BYTES) throw tooLarge();
      md5.update(bytes);
      sha256?.update(bytes);
      checksum?.update(bytes);
      await handle.writev([bytes]);
    }
  } finally {
    await handle.close();
  }

  if (Number(declared) !== size) {
    const message = `You did not provide the number of bytes specified by the Content-Length HTTP header: ${declared} were declared, ${size} came`;
    throw new AwsError('IncompleteBody', message);
  }
  if (sha256 !== undefined && sha256.digest('hex') !== contentSha256.toLowerCase()) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new AwsError('XAmzContentSHA256Mismatch', message);
  }
  const md5Bytes = md5.digest();
  verifyMd5(request, md5Bytes);
  const given = givenChecksum(announced, trailers);
  const eTag = md5Bytes.toString('hex');
  if (algorithm === undefined || checksum === undefined) return { file, size, eTag };
  const value = checksum.digest().toString('base64');
  verifyChecksum(algorithm, given, value);
  return { file, size, eTag, checksum: { algorithm, value, type: 'FULL_OBJECT' } };
}

/** Finds the checksum to compute. A part's is that of its upload. @throws AwsError InvalidRequest */
function chosenChecksum(request: IncomingMessage, ofUpload: ChecksumAlgorithm | undefined) {
  const announced = announcedChecksum(request);
  const algorithm = announced?.algorithm ?? ofUpload;
  if (ofUpload !== undefined && algorithm !== ofUpload) {
    const [expected, actual] = [ofUpload.toLowerCase(), algorithm?.toLowerCase()];
    const message = `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`;
    throw new AwsError('InvalidRequest', message);
  }
  return { algorithm, announced };
}

/** The checksum that a client gave, before the body or behind it. @throws AwsError MalformedTrailerError, InvalidRequest */
function givenChecksum(announced: AnnouncedChecksum | undefined, trailers: ReadonlyMap<string, string>) {
  if (announced?.isTrailer !== true) return announced?.value;
  const value = trailers.get(announced.name);
  if (value === undefined) {
    const message =
      'The request contained trailing data that was not well-formed or did not conform to our published schema.';
    throw new AwsError('MalformedTrailerError', message);
  }
  checkValue(announced.algorithm, announced.name, value);
  return value;
}

/** S3 wants to know the length beforehand; chunks of HTTP, without those of its own, it does not take (API reference, "Error responses"). */
function withoutLength(request: IncomingMessage): AwsError {
  if (
    headerOf(request, 'transfer-encoding') === undefined ||
    headerOf(request, 'x-amz-content-sha256')?.startsWith('STREAMING-')
  ) {
    return new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', { status: 411 });
  }
  return new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', {
    status: 501,
    members: { Header: 'Transfer-Encoding' },
  });
}

function tooLarge(): AwsError {
  return new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    members: { MaxSizeAllowed: LARGEST_BODY_BYTES },
  });
}
