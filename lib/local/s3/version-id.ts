import { AwsError } from '../kernel/aws-error.ts';
import { queryOf, type S3Call } from './s3-call.ts';

/** `null`, or an id of S3's length and letters. */
const VERSION_ID = /^(null|[\w.-]{32})$/;

/** Checks the form of a version id, so that a slip is told from a version that is gone. @throws AwsError InvalidArgument */
export function checkVersionId(id: string): string {
  if (VERSION_ID.test(id)) return id;
  const message = id === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified';
  throw new AwsError('InvalidArgument', message, { members: { ArgumentName: 'versionId', ArgumentValue: id } });
}

/** The version that a request names, if it names one. @throws AwsError InvalidArgument */
export function versionIdOf(call: S3Call): string | undefined {
  const id = queryOf(call, 'versionId');
  return id === undefined ? undefined : checkVersionId(id);
}
