import { AwsError } from '../kernel/aws-error.ts';
import type { ObjectPart, ObjectVersion } from './bucket.ts';
import type { ByteRange } from './byte-range.ts';

/** Where a part of an object lies. */
export interface PartRange {
  /** Absent for the only part of an empty object. */
  readonly range: ByteRange | undefined;
  readonly part: ObjectPart;
}

/**
 * Finds a part of an object by its number, from 1. An object that was not uploaded in parts has one.
 *
 * @throws AwsError InvalidPartNumber, InvalidArgument
 */
export function partRange(version: ObjectVersion, number: string): PartRange {
  const parts = version.parts ?? [{ size: version.size, ...(version.checksum ? { checksum: version.checksum } : {}) }];
  if (!/^\d{1,5}$/.test(number) || Number(number) < 1 || Number(number) > 10_000) {
    throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
      members: { ArgumentName: 'partNumber', ArgumentValue: number },
    });
  }
  const part = parts[Number(number) - 1];
  if (part === undefined) {
    throw new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      status: 416,
      members: { PartNumberRequested: number, ActualPartCount: parts.length },
    });
  }
  const start = parts.slice(0, Number(number) - 1).reduce((sum, { size }) => sum + size, 0);
  return { part, range: part.size === 0 ? undefined : { start, end: start + part.size - 1 } };
}
