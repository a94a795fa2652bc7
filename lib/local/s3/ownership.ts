import { AwsError } from '../kernel/aws-error.ts';
import type { Bucket } from './bucket.ts';

const ENFORCED = 'BucketOwnerEnforced';
const OWNERSHIPS = [ENFORCED, 'BucketOwnerPreferred', 'ObjectWriter'];
const PARAMETER = 'ownershipControls';

/** Whether a word says who owns the objects of a bucket. */
export function isOwnership(word: string): boolean {
  return OWNERSHIPS.includes(word);
}

/** Says who owns what is written into a new bucket. @throws AwsError InvalidArgument */
export function setOwnership(bucket: Bucket, ownership: string = ENFORCED): void {
  if (!isOwnership(ownership)) {
    throw new AwsError('InvalidArgument', `Invalid x-amz-object-ownership header: ${ownership}`, {
      members: { ArgumentName: 'x-amz-object-ownership' },
    });
  }
  const document = `<OwnershipControls xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ObjectOwnership>${ownership}</ObjectOwnership></Rule></OwnershipControls>`;
  bucket.configurations.set(PARAMETER, { document, headers: {} });
}

/** Whether access control lists mean anything in a bucket: not where its owner owns every object. */
export function hasAcls(bucket: Bucket): boolean {
  return bucket.configurations.get(PARAMETER)?.document.includes(`>${ENFORCED}<`) !== true;
}
