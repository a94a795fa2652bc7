import type { IncomingMessage } from 'node:http';
import type { ConditionContext } from '../kernel/kernel.ts';
import { headerOf } from './header-of.ts';

/** Headers that are condition keys under their own names (Service Authorization Reference, "Amazon S3"). */
const HEADERS = [
  'if-match',
  'if-none-match',
  'x-amz-acl',
  'x-amz-content-sha256',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
];

/** The condition keys that the head of a request sets. */
export function requestKeys(request: IncomingMessage, query: URLSearchParams): ConditionContext {
  const presigned = query.has('X-Amz-Signature') || query.has('Signature');
  const signed = presigned || request.headers.authorization !== undefined;
  const old = query.has('Signature') || /^AWS /.test(request.headers.authorization ?? '');
  return {
    ...Object.fromEntries(HEADERS.map((name) => [`s3:${name}`, headerOf(request, name)])),
    's3:authType': signed ? (presigned ? 'REST-QUERY-STRING' : 'REST-HEADER') : undefined,
    's3:signatureversion': signed ? (old ? 'AWS' : 'AWS4-HMAC-SHA256') : undefined,
  };
}
