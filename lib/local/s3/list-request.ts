import { AwsError } from '../kernel/aws-error.ts';
import type { ConditionContext } from '../kernel/kernel.ts';
import { countOf, queryOf, type S3Call } from './s3-call.ts';

/** The most entries of one page. */
const LARGEST_PAGE = 1000;

/** What the listings of a bucket have in common. */
export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly max: number;
  readonly encodingType: string | undefined;
  /** Writes a key as the request wants it. */
  readonly encode: (text: string) => string;
  /** The condition keys of what the request names; where it names nothing, there is no key. */
  readonly keys: ConditionContext;
}

/** Reads a listing's parameters; `count` is the name of the one that limits a page. @throws AwsError InvalidArgument */
export function readListRequest(call: S3Call, count: 'max-keys' | 'max-uploads'): ListRequest {
  const encodingType = queryOf(call, 'encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    throw new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      members: { ArgumentName: 'encoding-type', ArgumentValue: encodingType },
    });
  }
  const names = ['prefix', 'delimiter', 'max-keys'];
  return {
    prefix: queryOf(call, 'prefix') ?? '',
    delimiter: queryOf(call, 'delimiter') ?? '',
    max: Math.min(LARGEST_PAGE, countOf(call, count, LARGEST_PAGE)),
    encodingType,
    encode: (text) => (encodingType === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text),
    keys: Object.fromEntries(names.map((name) => [`s3:${name}`, queryOf(call, name)])),
  };
}

/** Hides where a list goes on, so that nobody takes it apart. */
export function encodeToken(last: string): string {
  return Buffer.from(last).toString('base64url');
}

/** @throws AwsError InvalidArgument */
export function decodeToken(token: string): string {
  const last = Buffer.from(token, 'base64url').toString();
  if (encodeToken(last) === token && last !== '') return last;
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect', {
    members: { ArgumentName: 'continuation-token', ArgumentValue: token },
  });
}
