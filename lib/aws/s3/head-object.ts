import type { S3Version } from './bucket-address.ts';
import type { S3Client } from './s3-client.ts';
import { headerOf } from './s3-error.ts';

/** What S3 tells of an object without sending it. */
export interface ObjectHead {
  readonly eTag: string;
  /** In bytes. */
  readonly size: number;
  readonly contentType: string | undefined;
}

/** Asks for an object's size and ETag. @throws AwsCallError `NotFound`, `AccessDenied`, ... */
export async function headObject(client: S3Client, location: S3Version): Promise<ObjectHead> {
  const { versionId } = location;
  const action = versionId === undefined ? 's3:HeadObject' : 's3:GetObjectVersion';
  const response = await client.send({ location, versionId, action, method: 'HEAD' });
  response.resume();
  return {
    eTag: headerOf(response, 'etag') ?? '',
    size: Number(headerOf(response, 'content-length') ?? 0),
    contentType: headerOf(response, 'content-type'),
  };
}
