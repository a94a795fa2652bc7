import { createHash } from 'node:crypto';

/** Options of {@link physicalName}. */
export interface PhysicalNameOptions {
  /**
   * The longest name that the resource type allows, in characters; at least 16.
   *
   * @defaultValue 255
   */
  readonly maxLength?: number;
  /** @defaultValue '-' */
  readonly separator?: string;
  /**
   * Whether the name must be lower case, as a bucket's must.
   *
   * @defaultValue false
   */
  readonly lowerCase?: boolean;
}

const HASH_LENGTH = 12;

/**
 * A name for a resource that has none of its own, in CloudFormation's style: `Stack-LogicalId-1A2B3C4D5E6F`.
 *
 * The same stack and logical id give the same name in every run. Where the name would be too long, stack and logical
 * id are cut and the hash, which is taken from both in full, is kept, so that cut names stay apart.
 *
 * @throws RangeError when `maxLength` leaves no room.
 */
export function physicalName(stackName: string, logicalId: string, options: PhysicalNameOptions = {}): string {
  const { maxLength = 255, separator = '-', lowerCase = false } = options;
  const room = maxLength - HASH_LENGTH - 2 * separator.length;
  if (!(room >= 2)) {
    const least = HASH_LENGTH + 2 * separator.length + 2;
    throw new RangeError(`maxLength must be at least ${least} for a generated name, but is ${maxLength}`);
  }
  const forStack = Math.min(stackName.length, Math.max(Math.floor(room / 2), room - logicalId.length));
  const parts = [cut(stackName, forStack, separator), cut(logicalId, room - forStack, separator)];
  const name = [...parts.filter((part) => part !== ''), hashOf(stackName, logicalId)].join(separator);
  return lowerCase ? name.toLowerCase() : name;
}

function cut(text: string, length: number, separator: string): string {
  let end = Math.min(text.length, length);
  while (separator !== '' && text.slice(0, end).endsWith(separator)) end -= separator.length;
  return text.slice(0, end);
}

function hashOf(stackName: string, logicalId: string): string {
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, HASH_LENGTH).toUpperCase();
}
