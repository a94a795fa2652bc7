import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import { headerOf } from './s3-call.ts';

/** Headers of writes that mean more than to keep the object. To pass over one would do something else than was asked. */
const REFUSED = ['x-amz-write-offset-bytes'];

/** Refuses a write with a header that nothing here carries out. @throws AwsError NotImplemented */
export function refuseHeaders(request: IncomingMessage): void {
  const header = REFUSED.find((name) => headerOf(request, name) !== undefined);
  if (header === undefined) return;
  throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', {
    status: 501,
    members: { Header: header },
  });
}
