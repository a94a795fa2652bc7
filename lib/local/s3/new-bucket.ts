import { AwsError } from '../kernel/aws-error.ts';
import type { Bucket } from './bucket.ts';
import { documentOf } from './document.ts';
import { headerOf } from './header-of.ts';
import type { S3Call } from './s3-call.ts';
import { MOST_BUCKET_TAGS, parseTagSet, type Tags } from './tags.ts';
import { childrenNamed, childText, malformedXml, parseXml } from './xml.ts';

/** What CreateBucket asks of a bucket beside its name. */
export interface NewBucket {
  readonly location: string | undefined;
  readonly tags: Tags | undefined;
  readonly objectLock: boolean;
  /** What its maker must be allowed to beside `s3:CreateBucket` (API reference, CreateBucket, "Permissions"). */
  readonly actions: readonly string[];
}

/** The oldest Region outside of the United States has a name of its own here. */
const EUROPE = 'EU';
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Reads the headers and the document of CreateBucket. @throws AwsError MalformedXML, InvalidLocationConstraint, InvalidTag */
export async function readNewBucket(call: S3Call, region: string): Promise<NewBucket> {
  const document = await documentOf(call);
  const root = document === '' ? undefined : parseXml(document);
  if (root !== undefined && root.name !== 'CreateBucketConfiguration') throw malformedXml();
  const location = root && childText(root, 'LocationConstraint');
  if (location !== undefined) checkLocation(location);
  const [tagSet] = root === undefined ? [] : childrenNamed(root, 'Tags');
  const tags = tagSet && parseTagSet(tagSet, MOST_BUCKET_TAGS);
  const objectLock = headerOf(call.request, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true';
  const isSent = (header: string) => headerOf(call.request, header) !== undefined;
  return {
    location: location === region ? undefined : location,
    tags,
    objectLock,
    actions: [
      ...(tags === undefined ? [] : ['s3:TagResource']),
      ...(objectLock ? ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'] : []),
      ...(isSent('x-amz-object-ownership') ? ['s3:PutBucketOwnershipControls'] : []),
      ...(isSent('x-amz-acl') ? ['s3:PutBucketAcl'] : []),
    ],
  };
}

/** The Region of a bucket, as its listing and its head tell it. */
export function regionOf(bucket: Bucket, fallback: string): string {
  return bucket.location === EUROPE ? 'eu-west-1' : (bucket.location ?? fallback);
}

/** us-east-1 is named by no constraint at all. */
function checkLocation(location: string): void {
  if (location !== 'us-east-1' && (location === EUROPE || REGION.test(location))) return;
  throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', {
    members: { LocationConstraint: location },
  });
}
