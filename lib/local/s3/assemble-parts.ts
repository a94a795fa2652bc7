import { createHash } from 'node:crypto';
import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectChecksum, StoredBytes, Upload } from './bucket.ts';
import { createChecksum } from './checksum.ts';
import { copyBytes } from './copy-bytes.ts';

/** One part as CompleteMultipartUpload lists it. */
export interface CompletedPart {
  readonly number: number;
  readonly eTag: string;
  /** Its checksums as the request gives them, by the name of the algorithm. */
  readonly checksums: ReadonlyMap<string, string>;
}

/** The smallest part that is not the last, 5 MiB (S3 User Guide, "Multipart upload limits"). */
export const SMALLEST_PART_BYTES = 5 * 1024 ** 2;

/**
 * Joins the parts of an upload into one file.
 *
 * @throws AwsError InvalidPart, InvalidPartOrder, EntityTooSmall, BadDigest, InvalidRequest
 */
export async function assembleParts(
  upload: Upload,
  wanted: readonly CompletedPart[],
  file: string,
): Promise<StoredBytes> {
  if (wanted.some(({ number }, index) => number <= (wanted[index - 1]?.number ?? 0))) {
    const message = 'The list of parts was not in ascending order. Parts must be ordered by part number.';
    throw new AwsError('InvalidPartOrder', message, { members: { UploadId: upload.uploadId } });
  }
  const parts = wanted.map(({ number, eTag, checksums }, index) => {
    const part = upload.parts.get(number);
    if (part === undefined || part.eTag !== eTag) {
      const message =
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
      throw new AwsError('InvalidPart', message, {
        members: { UploadId: upload.uploadId, PartNumber: number, ETag: eTag },
      });
    }
    if (part.size < SMALLEST_PART_BYTES && index < wanted.length - 1) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        members: { ProposedSize: part.size, MinSizeAllowed: SMALLEST_PART_BYTES, PartNumber: number, ETag: eTag },
      });
    }
    checkPart(upload, part, number, checksums);
    return part;
  });
  const whole = upload.checksumType === 'FULL_OBJECT' ? upload.checksumAlgorithm : undefined;
  const joined = await copyBytes(parts, file, whole);
  const md5s = createHash('md5');
  for (const { eTag } of parts) md5s.update(Buffer.from(eTag, 'hex'));
  const checksum = joined.checksum ?? compositeChecksum(upload, parts);
  return {
    file,
    size: joined.size,
    eTag: `${md5s.digest('hex')}-${parts.length}`,
    parts: parts.map(({ size, checksum: own }) => ({ size, ...(own === undefined ? {} : { checksum: own }) })),
    ...(checksum === undefined ? {} : { checksum }),
  };
}

/** Compares the checksums of a part with its own; a composite checksum is made of them, so that each must be given. */
function checkPart(upload: Upload, { checksum }: StoredBytes, number: number, given: CompletedPart['checksums']): void {
  for (const [algorithm, value] of given) {
    if (checksum?.algorithm === algorithm && checksum.value === value) continue;
    const message = `The ${algorithm.toLowerCase()} you specified for part ${number} did not match what we received.`;
    throw new AwsError('BadDigest', message);
  }
  if (upload.checksumType !== 'COMPOSITE' || given.size > 0) return;
  const algorithm = upload.checksumAlgorithm?.toLowerCase();
  const message = `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`;
  throw new AwsError('InvalidRequest', message);
}

function compositeChecksum(upload: Upload, parts: readonly StoredBytes[]): ObjectChecksum | undefined {
  const algorithm = upload.checksumAlgorithm;
  if (algorithm === undefined) return undefined;
  const running = createChecksum(algorithm);
  for (const { checksum } of parts) running.update(Buffer.from(checksum?.value ?? '', 'base64'));
  return { algorithm, value: `${running.digest().toString('base64')}-${parts.length}`, type: 'COMPOSITE' };
}
