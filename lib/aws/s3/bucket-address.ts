import { AwsCallError } from '../aws-call-error.ts';
import type { AwsConnection } from '../connection.ts';
import { percentEncode } from '../percent-encode.ts';

/** One object of one bucket. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/** One version of an object; the current one where none is named. */
export interface S3Version extends S3Location {
  readonly versionId?: string | undefined;
}

/** Where a request for an object goes: the connection with the bucket's own host, and the path below it. */
export interface BucketAddress {
  readonly connection: AwsConnection;
  /** Percent-encoded. */
  readonly path: string;
}

/** What the name of a bucket or the alias of an access point may be made of: nothing that ends a host's name. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/**
 * Addresses an object: by virtual host at AWS, by path at a configured endpoint, and by path for bucket names with
 * dots, which no wildcard certificate covers.
 *
 * @param region - the bucket's region, where it is known to differ from the connection's
 * @throws AwsCallError when the bucket's name cannot be one: it becomes a part of the host that gets signed requests
 */
export function addressOf(
  connection: AwsConnection,
  location: S3Location,
  region: string = connection.region,
): BucketAddress {
  if (!BUCKET.test(location.bucket)) throw notABucket(location.bucket);
  const endpoint = connection.endpoint('s3');
  const key = `/${location.key.split('/').map(percentEncode).join('/')}`;
  if (!isAwsHost(endpoint.hostname)) {
    return { connection: { ...connection, region }, path: `/${percentEncode(location.bucket)}${key}` };
  }
  const regional = endpoint.hostname.replace(`.${connection.region}.`, `.${region}.`);
  const byPath = location.bucket.includes('.');
  const url = new URL(`${endpoint.protocol}//${byPath ? '' : `${location.bucket}.`}${regional}`);
  return {
    connection: { ...connection, region, endpoint: () => url },
    path: byPath ? `/${percentEncode(location.bucket)}${key}` : key,
  };
}

function notABucket(name: string): AwsCallError {
  const shown = JSON.stringify(name.slice(0, 80));
  return new AwsCallError(`not the name of a bucket: ${shown}; nothing was sent`, {
    code: 'InvalidBucketName',
    fault: 'client',
    action: 's3',
  });
}

/** The public hosts: `s3.REGION.SUFFIX`, with `-fips` or `dualstack`. Private links and test servers are configured. */
function isAwsHost(hostname: string): boolean {
  return /^s3(-fips)?\.(dualstack\.)?[a-z0-9-]+\.(amazonaws\.com(\.cn)?|c2s\.ic\.gov|sc2s\.sgov\.gov)$/.test(hostname);
}
