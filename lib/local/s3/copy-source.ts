import { AwsError } from '../kernel/aws-error.ts';
import { checkVersionId } from './version-id.ts';

/** What the header `x-amz-copy-source` names. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Reads the header: `bucket/key?versionId=…`, URL-encoded, with or without a slash in front. Clients encode the slash
 * behind the bucket, too, so that the path is decoded before it is split; the question mark of a version never is.
 *
 * @throws AwsError InvalidArgument
 */
export function parseCopySource(header: string | undefined): CopySource {
  const [, path = '', versionId] = /^(.*?)(?:\?versionId=([^&]*))?$/s.exec(header ?? '') ?? [];
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path, header)) ?? [];
  if (bucket === undefined || key === undefined) throw invalidSource(header);
  return { bucket, key, ...(versionId === undefined ? {} : { versionId: checkVersionId(versionId) }) };
}

function decode(path: string, header: string | undefined): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidSource(header);
  }
}

function invalidSource(header: string | undefined): AwsError {
  const message = 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey';
  return new AwsError('InvalidArgument', message, {
    members: { ArgumentName: 'x-amz-copy-source', ArgumentValue: header },
  });
}
