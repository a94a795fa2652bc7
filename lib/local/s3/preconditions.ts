import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectVersion } from './bucket.ts';
import { headerOf } from './s3-call.ts';

/**
 * Checks the conditional headers of a read. Gives `not-modified` when the caller has the version already.
 *
 * `prefix` is `x-amz-copy-source-` for the source of a copy, whose failures are all refusals.
 *
 * @throws AwsError PreconditionFailed
 */
export function checkReadConditions(
  request: IncomingMessage,
  version: ObjectVersion,
  prefix = '',
): 'proceed' | 'not-modified' {
  const seconds = Math.floor(version.lastModified / 1000) * 1000;
  const ifMatch = headerOf(request, `${prefix}if-match`);
  const ifNoneMatch = headerOf(request, `${prefix}if-none-match`);
  const unmodifiedSince = dateOf(headerOf(request, `${prefix}if-unmodified-since`));
  const modifiedSince = dateOf(headerOf(request, `${prefix}if-modified-since`));
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version.eTag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && seconds > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const unchanged =
    ifNoneMatch === undefined
      ? modifiedSince !== undefined && seconds <= modifiedSince
      : matches(ifNoneMatch, version.eTag);
  if (!unchanged) return 'proceed';
  if (prefix !== '') throw preconditionFailed(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  return 'not-modified';
}

/**
 * Checks the conditional headers of a write against the current version. Call it where nothing can come between it
 * and the write.
 *
 * @throws AwsError PreconditionFailed, NoSuchKey (If-Match without an object), NotImplemented
 */
export function checkWriteConditions(request: IncomingMessage, current: ObjectVersion | undefined): void {
  const existing = current?.deleteMarker ? undefined : current;
  const ifNoneMatch = headerOf(request, 'if-none-match');
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*') {
      const message = 'A header you provided implies functionality that is not implemented: If-None-Match takes * only';
      throw new AwsError('NotImplemented', message, { status: 501, members: { Header: 'If-None-Match' } });
    }
    if (existing !== undefined) throw preconditionFailed('If-None-Match');
  }
  const ifMatch = headerOf(request, 'if-match');
  if (ifMatch === undefined) return;
  if (existing === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  }
  if (!matches(ifMatch, existing.eTag)) throw preconditionFailed('If-Match');
}

function matches(header: string, eTag: string): boolean {
  return header
    .split(',')
    .map((part) => part.trim().replace(/^W\//, '').replace(/^"|"$/g, ''))
    .some((candidate) => candidate === '*' || candidate === eTag);
}

function dateOf(header: string | undefined): number | undefined {
  const time = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? undefined : time;
}

function preconditionFailed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    members: { Condition: condition },
  });
}
