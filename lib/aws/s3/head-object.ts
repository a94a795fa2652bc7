import type { S3Location } from './bucket-address.ts';
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
export async function headObject(client: S3Client, location: S3Location): Promise<ObjectHead> {
  const response = await client.send({ location, action: 's3:HeadObject', method: 'HEAD' });
  response.resume();
  return {
    eTag: headerOf(response, 'etag') ?? '',
    size: Number(headerOf(response, 'content-length') ?? 0),
    contentType: headerOf(response, 'content-type'),
  };
}
