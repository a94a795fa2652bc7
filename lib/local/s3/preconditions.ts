import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectVersion } from './bucket.ts';
import { headerOf } from './header-of.ts';

/** How the conditional headers of a read are meant. */
export interface ReadConditionOptions {
  /** Simulated milliseconds since the epoch; a date after it is no condition. */
  readonly now: number;
  /** `x-amz-copy-source-` for the source of a copy, whose failures are all refusals. @defaultValue '' */
  readonly prefix?: string;
}

/**
 * Checks the conditional headers of a read. Gives `not-modified` when the caller has the version already.
 *
 * @throws AwsError PreconditionFailed
 */
export function checkReadConditions(
  request: IncomingMessage,
  version: ObjectVersion,
  { now, prefix = '' }: ReadConditionOptions,
): 'proceed' | 'not-modified' {
  const seconds = Math.floor(version.lastModified / 1000) * 1000;
  const ifMatch = headerOf(request, `${prefix}if-match`);
  const ifNoneMatch = headerOf(request, `${prefix}if-none-match`);
  const unmodifiedSince = dateOf(headerOf(request, `${prefix}if-unmodified-since`));
  const since = dateOf(headerOf(request, `${prefix}if-modified-since`));
  const modifiedSince = since !== undefined && since > now ? undefined : since;
  const failed = (condition: string) => preconditionFailed(`${prefix}${condition}`);
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version.eTag)) throw failed('If-Match');
  } else if (unmodifiedSince !== undefined && seconds > unmodifiedSince) {
    throw failed('If-Unmodified-Since');
  }
  const unchanged =
    ifNoneMatch === undefined
      ? modifiedSince !== undefined && seconds <= modifiedSince
      : matches(ifNoneMatch, version.eTag);
  if (!unchanged) return 'proceed';
  if (prefix !== '') throw failed(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  return 'not-modified';
}

/**
 * Checks the conditional headers of a write against the current version. Call it where nothing can come between it
 * and the write.
 *
 * @throws AwsError PreconditionFailed, NoSuchKey (If-Match without an object), NotImplemented
 */
export function checkWriteConditions(request: IncomingMessage, current: ObjectVersion | undefined, key: string): void {
  const existing = current?.deleteMarker ? undefined : current;
  const ifNoneMatch = headerOf(request, 'if-none-match');
  const ifMatch = headerOf(request, 'if-match');
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw notImplemented('If-Match,If-None-Match', 'Multiple conditional request headers present in the request');
  }
  for (const [name, value, isTaken] of [
    ['If-None-Match', ifNoneMatch, ifNoneMatch?.trim() === '*'],
    ['If-Match', ifMatch, ifMatch?.trim() !== '*'],
  ] as const) {
    if (value === undefined || isTaken) continue;
    throw notImplemented(name, `We don't accept the provided value of ${name} header for this API`);
  }
  if (ifNoneMatch !== undefined && existing !== undefined) throw preconditionFailed('If-None-Match');
  if (ifMatch === undefined) return;
  if (existing === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, members: { Key: key } });
  }
  if (!matches(ifMatch, existing.eTag)) throw preconditionFailed('If-Match');
}

/**
 * Checks the condition of a deletion against the version that would go. AWS documents no answer for an object that is
 * not there; here its condition does not hold.
 *
 * @throws AwsError PreconditionFailed
 */
export function checkDeleteCondition(ifMatch: string | undefined, version: ObjectVersion | undefined): void {
  if (ifMatch === undefined) return;
  if (version === undefined || version.deleteMarker || !matches(ifMatch, version.eTag)) {
    throw preconditionFailed('If-Match');
  }
}

/** Refuses the conditions that directory buckets alone have. @throws AwsError NotImplemented */
export function refuseDirectoryConditions(request: IncomingMessage): void {
  for (const header of ['x-amz-if-match-last-modified-time', 'x-amz-if-match-size']) {
    if (headerOf(request, header) !== undefined) throw notImplemented(header);
  }
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

function notImplemented(header: string, additionalMessage?: string): AwsError {
  return new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', {
    status: 501,
    members: { Header: header, ...(additionalMessage === undefined ? {} : { additionalMessage }) },
  });
}

function preconditionFailed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    members: { Condition: condition },
  });
}
