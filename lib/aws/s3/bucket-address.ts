import type { AwsConnection } from '../connection.ts';

/** One object of one bucket. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/** Where a request for an object goes: the connection with the bucket's own host, and the path below it. */
export interface BucketAddress {
  readonly connection: AwsConnection;
  /** Percent-encoded. */
  readonly path: string;
}

/**
 * Addresses an object: by virtual host at AWS, by path at a configured endpoint, and by path for bucket names with
 * dots, which no wildcard certificate covers.
 *
 * @param region the bucket's region, where it is known to differ from the connection's
 */
export function addressOf(
  connection: AwsConnection,
  location: S3Location,
  region: string = connection.region,
): BucketAddress {
  const endpoint = connection.endpoint('s3');
  const key = `/${location.key.split('/').map(encodeSegment).join('/')}`;
  if (!isAwsHost(endpoint.hostname)) {
    return { connection: { ...connection, region }, path: `/${encodeSegment(location.bucket)}${key}` };
  }
  const regional = endpoint.hostname.replace(`.${connection.region}.`, `.${region}.`);
  const byPath = location.bucket.includes('.');
  const url = new URL(`${endpoint.protocol}//${byPath ? '' : `${location.bucket}.`}${regional}`);
  return {
    connection: { ...connection, region, endpoint: () => url },
    path: byPath ? `/${encodeSegment(location.bucket)}${key}` : key,
  };
}

/** The public hosts: `s3.REGION.SUFFIX`, with `-fips` or `dualstack`. Private links and test servers are configured. */
function isAwsHost(hostname: string): boolean {
  return /^s3(-fips)?\.(dualstack\.)?[a-z0-9-]+\.(amazonaws\.com(\.cn)?|c2s\.ic\.gov|sc2s\.sgov\.gov)$/.test(hostname);
}

/** Signature Version 4 wants every byte encoded that is not unreserved; `encodeURIComponent` leaves five more alone. */
export function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
