import { AwsError } from '../kernel/aws-error.ts';

/** What a request is about, by its address. */
export interface S3Address {
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** The names of this machine that stand behind a bucket's, and those of AWS's endpoints between the two. */
const OWN_NAME = /(?:(?:^|\.)s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?)?(?:^|\.)localhost\.?(?::\d+)?$/i;

/**
 * Reads which bucket and key an address means: in the host and the path (`BUCKET.localhost/KEY`, which SDKs send where the
 * endpoint is a name), or both in the path (`localhost/BUCKET/KEY`).
 *
 * @throws AwsError InvalidURI
 */
export function readAddress(host: string | undefined, url: string): S3Address {
  // The URL class would fold `..` and `//`, which are parts of a key like any other.
  const [path = '', ...query] = url.split('?');
  const [, first = '', rest = ''] = /^\/*([^/]*)\/?([\s\S]*)$/.exec(path) ?? [];
  const hosted = bucketOfHost(host);
  return {
    bucket: hosted ?? decode(first),
    key: decode(hosted === undefined ? rest : path.replace(/^\//, '')),
    query: new URLSearchParams(query.join('?')),
  };
}

function bucketOfHost(host = ''): string | undefined {
  const bucket = OWN_NAME.test(host) ? host.replace(OWN_NAME, '') : '';
  return bucket === '' ? undefined : bucket.toLowerCase();
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}
