import { createHash } from 'node:crypto';

/** The most characters that CloudFormation keeps of the stack's name and of the logical ID. */
const PART_LENGTH = 24;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `length` upper-case letters and digits that depend on nothing but the seed. */
export function stableSuffix(seed: string, length: number): string {
  const digest = createHash('sha256').update(seed).digest();
  return Array.from({ length }, (_, index) => ALPHABET[(digest[index] ?? 0) % ALPHABET.length]).join('');
}

/** An id in the form of a UUID that depends on nothing but the seed. */
export function stableUuid(seed: string): string {
  const digits = createHash('sha256').update(seed).digest('hex').slice(0, 32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * The name of a resource that its template does not name, in CloudFormation's form `stack-logical-XXXXXXXX`. The same
 * stack gets the same names each time.
 */
export function physicalName(stackName: string, logicalId: string): string {
  const suffix = stableSuffix(`${stackName}/${logicalId}`, 8);
  return `${stackName.slice(0, PART_LENGTH)}-${logicalId.slice(0, PART_LENGTH)}-${suffix}`;
}
