import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import { headerOf } from './header-of.ts';

/** Headers by which a client says whose bucket it means, so that it never uses one that a stranger took the name of. */
const HEADERS = ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner'];

/** Refuses a request that expects another owner than the one account. @throws AwsError AccessDenied, InvalidBucketOwnerAWSAccountID */
export function checkExpectedOwners(request: IncomingMessage, accountId: string): void {
  for (const header of HEADERS) {
    const owner = headerOf(request, header);
    if (owner === undefined || owner === accountId) continue;
    if (/^\d{12}$/.test(owner)) throw new AwsError('AccessDenied', 'Access Denied', { status: 403 });
    const message = `The value of the expected bucket owner parameter must be an AWS Account ID... [${owner}]`;
    throw new AwsError('InvalidBucketOwnerAWSAccountID', message);
  }
}
