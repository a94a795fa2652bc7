import { readPolicy } from '../identity/policy/check-policy.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';
import { LARGEST_MESSAGE_BYTES, type Queue, type RedrivePolicy } from './queue.ts';

/** Attributes that are whole numbers: smallest, largest, default (SetQueueAttributes in the SQS API reference). */
const NUMBERS: Readonly<Record<string, readonly [min: number, max: number, byDefault: number]>> = {
  VisibilityTimeout: [0, 43_200, 30],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  MaximumMessageSize: [1024, LARGEST_MESSAGE_BYTES, LARGEST_MESSAGE_BYTES],
  DelaySeconds: [0, 900, 0],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  KmsDataKeyReusePeriodSeconds: [60, 86_400, 300],
};

/** The most source queues of a RedriveAllowPolicy (SetQueueAttributes in the SQS API reference). */
const MOST_SOURCES = 10;

/** Attributes that are text; an empty one is unset. */
const TEXTS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'SqsManagedSseEnabled'];

/** The attributes of a queue of which nothing was said. */
export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(NUMBERS)
      .filter(([name]) => name !== 'KmsDataKeyReusePeriodSeconds')
      .map(([name, [, , byDefault]]) => [name, String(byDefault)]),
  ),
  SqsManagedSseEnabled: 'true',
};

/**
 * Adds attributes to those that a queue has.
 *
 * @throws AwsError InvalidAttributeName, InvalidAttributeValue, UnsupportedOperation (FIFO)
 */
export function mergeAttributes(
  present: Readonly<Record<string, string>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const merged: Record<string, string> = { ...present };
  for (const [name, value] of Object.entries(given)) {
    const text = String(value);
    if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') {
      if (text === 'true') throw fifoRefusal();
      continue;
    }
    checkAttribute(name, text);
    if (text === '') delete merged[name];
    else merged[name] = text;
  }
  return withOneEncryption(merged, given);
}

/** A queue is encrypted under a key of KMS or under SQS's own, never both. @throws AwsError InvalidAttributeName */
function withOneEncryption(
  merged: Record<string, string>,
  { KmsMasterKeyId, SqsManagedSseEnabled }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const byKms = KmsMasterKeyId !== undefined && KmsMasterKeyId !== '';
  const bySqs = String(SqsManagedSseEnabled) === 'true';
  if (byKms && bySqs) {
    const message =
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.';
    throw new AwsError('InvalidAttributeName', message);
  }
  if (byKms) merged.SqsManagedSseEnabled = 'false';
  if (bySqs) delete merged.KmsMasterKeyId;
  return merged;
}

function checkAttribute(name: string, text: string): void {
  const range = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (range === undefined && !TEXTS.includes(name)) {
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  if (range !== undefined) {
    const [min, max] = range;
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return;
    throw invalidValue(name, `it must be a whole number from ${min} to ${max}, but is ${text}`);
  }
  if (name === 'RedrivePolicy' && text !== '') parseRedrivePolicy(text);
  if (name === 'RedriveAllowPolicy' && text !== '') parseRedriveAllowPolicy(text);
  if (name === 'SqsManagedSseEnabled' && text !== '' && !/^(?:true|false)$/i.test(text)) {
    throw invalidValue(name, `it must be true or false, but is ${text}`);
  }
  if (name === 'Policy' && text !== '') {
    readPolicy(
      text,
      'resource',
      () => new AwsError('InvalidAttributeValue', 'Invalid value for the parameter Policy.'),
    );
  }
}

/** The error for everything that would need a FIFO queue. */
export function fifoRefusal(): AwsError {
  return new AwsError('UnsupportedOperation', 'FIFO queues are not simulated; use a standard queue');
}

/** An attribute that is a whole number. */
export function numberOf(queue: Queue, name: string): number {
  return Number(queue.attributes[name] ?? 0);
}

/** The queue's redrive policy, if it has one. */
export function redrivePolicyOf(queue: Queue): RedrivePolicy | undefined {
  const text = queue.attributes.RedrivePolicy;
  return text === undefined ? undefined : parseRedrivePolicy(text);
}

/** The queue's resource policy, as a list that is empty when there is none. */
export function policiesOf(queue: Queue): readonly PolicyDocument[] {
  const text = queue.attributes.Policy;
  // It was checked when it was put.
  return text === undefined ? [] : [JSON.parse(text)];
}

/** Reads a RedrivePolicy. @throws AwsError InvalidAttributeValue */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = parseObject('RedrivePolicy', text);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !(Number.isInteger(count) && count >= 1 && count <= 1000)) {
    throw invalidValue('RedrivePolicy', 'it must have a deadLetterTargetArn and a maxReceiveCount from 1 to 1000');
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** Which queues may have a queue for their dead letters. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns: readonly string[];
}

/** Reads a RedriveAllowPolicy. @throws AwsError InvalidAttributeValue, InvalidParameterValue */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const { redrivePermission, sourceQueueArns, ...others } = parseObject('RedriveAllowPolicy', text);
  const isByQueue = redrivePermission === 'byQueue';
  const arns: readonly unknown[] = Array.isArray(sourceQueueArns) ? sourceQueueArns : [];
  const isKnown = isByQueue || redrivePermission === 'allowAll' || redrivePermission === 'denyAll';
  const isNamed = isByQueue ? arns.length >= 1 && arns.length <= MOST_SOURCES : sourceQueueArns === undefined;
  const areTexts = arns.every((arn): arn is string => typeof arn === 'string');
  if (isKnown && isNamed && areTexts && Object.keys(others).length === 0) {
    return { redrivePermission, sourceQueueArns: arns };
  }
  const reason = "Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.";
  const message = `Value ${text} for parameter RedriveAllowPolicy is invalid. Reason: ${reason}`;
  throw new AwsError('InvalidParameterValue', message);
}

function parseObject(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the same refusal as JSON that is no object.
  }
  throw invalidValue(name, 'it must be a JSON object');
}

function invalidValue(name: string, reason: string): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}. Reason: ${reason}.`);
}
