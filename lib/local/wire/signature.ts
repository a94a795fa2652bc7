import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import { readPresigned } from './presigned.ts';

/** What the local cloud reads of a request's signature, of version 4 or, for S3, of version 2; the signature itself is not verified. */
export interface Signature {
  readonly accessKeyId: string;
  /** The service of the credential scope, such as `s3`. */
  readonly signingName: string;
}

/** S3 alone still takes this version. */
const VERSION_2 = /^AWS ([^:\s]+):\S+$/;
const ALGORITHM = /^AWS4-(?:HMAC|ECDSA-P256)-SHA256\s+/;

/**
 * Reads who signed a request, and for which service, from its Authorization header or its presigned address.
 * Gives `undefined` for a request that is not signed.
 *
 * @throws AwsError IncompleteSignatureException for a signature that cannot be read; AccessDenied or
 * AuthorizationQueryParametersError for an address that has expired or is incomplete.
 */
export function readSignature(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  now: number,
): Signature | undefined {
  const authorization = headers.authorization;
  if (authorization === undefined) return readPresigned(query, now);
  if (query.has('X-Amz-Algorithm') || query.has('Signature')) {
    throw new AwsError(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    );
  }
  const [, oldKey] = VERSION_2.exec(authorization) ?? [];
  return oldKey === undefined ? fromHeader(authorization) : { accessKeyId: oldKey, signingName: 's3' };
}

function fromHeader(authorization: string): Signature {
  const algorithm = ALGORITHM.exec(authorization);
  if (algorithm === null) {
    throw incomplete('the Authorization header does not begin with AWS4-HMAC-SHA256; sign with Signature Version 4');
  }
  const parts = new Map<string, string>();
  for (const part of authorization.slice(algorithm[0].length).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const missing = ['Credential', 'SignedHeaders', 'Signature'].filter((name) => !parts.get(name));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' '));
  }
  return fromCredential(parts.get('Credential') ?? '', 'the Credential of the Authorization header');
}

/** A scope is `key/date/region/service/aws4_request`; the asymmetric variant has no region. */
function fromCredential(credential: string, where: string): Signature {
  const parts = credential.split('/');
  const [accessKeyId] = parts;
  const signingName = parts.at(-2);
  const complete = (parts.length === 5 || parts.length === 4) && parts.at(-1) === 'aws4_request';
  if (!complete || !accessKeyId || !signingName) {
    throw incomplete(`${where} is not of the form KEY/DATE/REGION/SERVICE/aws4_request`);
  }
  return { accessKeyId, signingName };
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignatureException', message);
}
