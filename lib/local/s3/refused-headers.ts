import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { Bucket } from './bucket.ts';
import { headerOf } from './header-of.ts';
import { hasAcls } from './ownership.ts';

/** Grants that a request makes beside, or in place of, a canned ACL. */
const GRANTS = ['full-control', 'read', 'read-acp', 'write', 'write-acp'].map((name) => `x-amz-grant-${name}`);
const CANNED_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
];
/** Those that say what holds anyway where everything belongs to the account. */
const HARMLESS_ACLS = ['private', 'bucket-owner-full-control'];
const LOCKS = ['mode', 'retain-until-date', 'legal-hold'].map((name) => `x-amz-object-lock-${name}`);

/**
 * Refuses a write with a header that nothing here carries out: to pass over one would do something else than was asked.
 *
 * @throws AwsError NotImplemented, InvalidRequest, InvalidArgument, AccessControlListNotSupported
 */
export function refuseHeaders(request: IncomingMessage, bucket: Bucket): void {
  if (headerOf(request, 'x-amz-write-offset-bytes') !== undefined) throw notImplemented('x-amz-write-offset-bytes');
  refuseAcls(request, bucket);
  const lock = LOCKS.find((name) => headerOf(request, name) !== undefined);
  if (lock === undefined) return;
  if (bucket.objectLock) throw notImplemented(lock);
  throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}

/** Refuses access for others, which no bucket here gives. @throws AwsError */
export function refuseAcls(request: IncomingMessage, bucket: Bucket): void {
  const acl = cannedAcl(request);
  const isHarmless = acl === undefined || HARMLESS_ACLS.includes(acl);
  if (isHarmless && !hasGrants(request)) return;
  throw aclRefusal(bucket);
}

/** The same of CreateBucket, where S3 has another word for it. @throws AwsError */
export function refuseBucketAcls(request: IncomingMessage, bucket: Bucket): void {
  const acl = cannedAcl(request);
  if ((acl === undefined || acl === 'private') && !hasGrants(request)) return;
  if (hasAcls(bucket)) throw aclRefusal(bucket);
  const message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
  throw new AwsError('InvalidBucketAclWithObjectOwnership', message);
}

/** The refusal of an access control list: S3's own where the bucket has none. */
export function aclRefusal(bucket: Bucket): AwsError {
  return hasAcls(bucket)
    ? notImplemented('x-amz-acl')
    : new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
}

/** Whether a request says who else may use what it writes. */
export function setsAcl(request: IncomingMessage): boolean {
  return headerOf(request, 'x-amz-acl') !== undefined || hasGrants(request);
}

function hasGrants(request: IncomingMessage): boolean {
  return GRANTS.some((name) => headerOf(request, name) !== undefined);
}

function cannedAcl(request: IncomingMessage): string | undefined {
  const acl = headerOf(request, 'x-amz-acl');
  if (acl === undefined) return undefined;
  if (!CANNED_ACLS.includes(acl)) {
    throw new AwsError('InvalidArgument', '', { members: { ArgumentName: 'x-amz-acl', ArgumentValue: acl } });
  }
  if (!hasGrants(request)) return acl;
  throw new AwsError('InvalidRequest', 'Specifying both Canned ACLs and Header Grants is not allowed');
}

function notImplemented(header: string): AwsError {
  return new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', {
    status: 501,
    members: { Header: header },
  });
}
