import { AwsError } from '../kernel/aws-error.ts';

/** A part of an object, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header against a size. Gives undefined when there is none, or none that S3 understands (several
 * ranges, other units): the whole object is meant then.
 *
 * @throws AwsError InvalidRange when it lies outside the object.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  if (start <= end) return { start, end };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
    status: 416,
    members: { RangeRequested: header, ActualObjectSize: size },
  });
}

/**
 * Reads the header `x-amz-copy-source-range`, which takes one form only.
 *
 * @throws AwsError InvalidArgument, InvalidRequest
 */
export function copyRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const members = { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const [start, end] = [Number(first), Number(last)];
  if (first === undefined || end < start) {
    const message =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';
    throw new AwsError('InvalidArgument', message, { members });
  }
  if (start >= size) {
    throw new AwsError('InvalidRequest', 'The specified copy range is invalid for the source object size');
  }
  if (end < size) return { start, end };
  throw new AwsError('InvalidArgument', `Range specified is not valid for source object of size: ${size}`, { members });
}
