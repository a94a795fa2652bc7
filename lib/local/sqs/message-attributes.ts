import { AwsError } from '../kernel/aws-error.ts';
import type { MessageAttribute } from './queue.ts';

/** Message attributes by name. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** The most attributes of one message (SQS quotas, "Message attributes"). */
const MOST_ATTRIBUTES = 10;
const LONGEST_NAME = 256;
/** XML 1.0 characters; SQS takes no others (SendMessage in the SQS API reference). */
const NOT_ALLOWED = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Whether a text has characters that no message may have. */
export function hasForbiddenCharacters(text: string): boolean {
  return NOT_ALLOWED.test(text);
}

/**
 * Checks the attributes of a message: their names, types and values (SQS Developer Guide, "Amazon SQS message metadata").
 *
 * @throws AwsError InvalidParameterValue
 */
export function checkAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > MOST_ATTRIBUTES) {
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`);
  }
  for (const name of names) {
    checkName(name);
    checkValue(`Message (user) attribute '${name}'`, attributes[name]);
  }
}

/** Checks the attributes that are for AWS: there is one, for X-Ray. @throws AwsError InvalidParameterValue */
export function checkSystemAttributes(attributes: MessageAttributes): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (name !== 'AWSTraceHeader') throw invalid(`Message system attribute name '${name}' is invalid.`);
    if (attribute?.DataType !== 'String') {
      throw invalid(`Message system attribute '${name}' must be of type 'String'.`);
    }
    checkValue(`Message system attribute '${name}'`, attribute);
  }
}

function checkName(name: string): void {
  if (!/^[\w.-]+$/.test(name) || name.length > LONGEST_NAME || /^\.|\.$|\.\./.test(name)) {
    throw invalid(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.`,
    );
  }
  if (!/^(?:aws|amazon)\./i.test(name)) return;
  throw invalid(
    `The message attribute name '${name}' is invalid. Attribute name should not start with AWS. or Amazon.`,
  );
}

function checkValue(subject: string, { DataType, StringValue, BinaryValue }: Partial<MessageAttribute> = {}): void {
  const [, kind] = /^(String|Number|Binary)(?:\.|$)/.exec(DataType ?? '') ?? [];
  const value = kind === 'Binary' ? BinaryValue : StringValue;
  if (kind === undefined || value === undefined || value === '') {
    throw invalid(`${subject} must contain a non-empty value of type '${DataType ?? 'String'}'.`);
  }
  if (StringValue !== undefined && BinaryValue !== undefined) {
    throw invalid(`${subject} must contain a value of type '${DataType}' and no other.`);
  }
  if (kind === 'Binary') return;
  if (kind === 'Number' && !isNumber(value)) {
    throw invalid(`Can't cast the value of ${subject.replace('Message', 'message')} to a number.`);
  }
  if (hasForbiddenCharacters(value)) throw invalid(`Invalid characters found in the value of ${subject}.`);
}

function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
