import { AwsError } from '../kernel/aws-error.ts';

/** What the header `x-amz-copy-source` names. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** Reads the header: `bucket/key?versionId=…`, URL-encoded, with or without a slash in front. @throws AwsError InvalidArgument */
export function parseCopySource(header: string | undefined): CopySource {
  const match = /^\/?([^/?]+)\/(.+?)(?:\?versionId=([^&]+))?$/s.exec(header ?? '');
  const bucket = match?.[1];
  const key = match?.[2];
  if (bucket === undefined || key === undefined) throw invalidSource(header);
  try {
    const versionId = match?.[3];
    return { bucket, key: decodeURIComponent(key), ...(versionId === undefined ? {} : { versionId }) };
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
