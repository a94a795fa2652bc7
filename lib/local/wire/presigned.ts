import { AwsError } from '../kernel/aws-error.ts';

/** Who signed an address, and for which service. */
export interface PresignedAddress {
  readonly accessKeyId: string;
  readonly signingName: string;
}

/** What an address that is signed with version 4 must have (S3 API reference, "Authenticating requests: query parameters"). */
const REQUIRED_V4 = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];
const REQUIRED_V2 = ['Signature', 'Expires', 'AWSAccessKeyId'];
const LONGEST_SECONDS = 604_800;

/**
 * Reads an address that somebody signed beforehand, with Signature Version 4 or, for S3 alone, with version 2. The
 * signature is not verified; its end is. `undefined` for an address that is not signed.
 *
 * @throws AwsError AccessDenied (expired, or incomplete with version 2), AuthorizationQueryParametersError
 */
export function readPresigned(query: URLSearchParams, now: number): PresignedAddress | undefined {
  if (REQUIRED_V4.slice(0, 3).some((name) => query.has(name))) return readVersion4(query, now);
  if (query.has('AWSAccessKeyId') || query.has('Signature')) return readVersion2(query, now);
  return undefined;
}

function readVersion4(query: URLSearchParams, now: number): PresignedAddress {
  const credential = query.get('X-Amz-Credential') ?? '';
  const parts = credential.split('/');
  const signingName = parts.at(-2) ?? '';
  // Other services sign addresses, too, and say less in them.
  const isS3 = parts.length !== 5 || signingName === 's3';
  if (isS3 && REQUIRED_V4.some((name) => !query.get(name))) {
    throw wrongParameters(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (parts.at(-1) !== 'aws4_request' || parts.length < 4 || parts.length > 5 || parts[0] === '') {
    throw wrongParameters(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  const seconds = query.get('X-Amz-Expires');
  const signedAt = timeOf(query.get('X-Amz-Date') ?? '');
  if (isS3 && signedAt === undefined) {
    throw wrongParameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  if (seconds !== null) {
    checkSeconds(seconds);
    const end = (signedAt ?? now) + Number(seconds) * 1000;
    if (end < now) throw expired(end, now, { 'X-Amz-Expires': seconds });
  }
  return { accessKeyId: parts[0] ?? '', signingName };
}

function readVersion2(query: URLSearchParams, now: number): PresignedAddress {
  if (REQUIRED_V2.some((name) => !query.get(name))) {
    throw denied('Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters');
  }
  const end = Number(query.get('Expires')) * 1000;
  if (Number.isNaN(end))
    throw denied('Invalid date (should be seconds since epoch): '.concat(query.get('Expires') ?? ''));
  if (end < now) throw expired(end, now);
  return { accessKeyId: query.get('AWSAccessKeyId') ?? '', signingName: 's3' };
}

function checkSeconds(seconds: string): void {
  if (!/^-?\d+$/.test(seconds)) throw wrongParameters('X-Amz-Expires should be a number');
  if (Number(seconds) < 0) throw wrongParameters('X-Amz-Expires must be non-negative');
  if (Number(seconds) <= LONGEST_SECONDS) return;
  throw wrongParameters(
    `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_SECONDS} seconds`,
  );
}

/** Milliseconds since the epoch of a time such as `20260131T235959Z`. */
function timeOf(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function expired(end: number, now: number, members: Readonly<Record<string, string>> = {}): AwsError {
  const iso = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;
  return denied('Request has expired', { ...members, Expires: iso(end), ServerTime: iso(now) });
}

function denied(message: string, members: Record<string, string> = {}): AwsError {
  return new AwsError('AccessDenied', message, { status: 403, members });
}

function wrongParameters(message: string): AwsError {
  return new AwsError('AuthorizationQueryParametersError', message);
}
