import { AwsError } from '../kernel/aws-error.ts';
import type { MessageAttribute, MessageContent, Queue } from './queue.ts';
import { numberOf } from './queue-attributes.ts';

/** The most attributes of one message (SQS quotas, "Message attributes"). */
const MOST_ATTRIBUTES = 10;
/** XML 1.0 characters; SQS takes no others (SendMessage in the SQS API reference). */
const NOT_ALLOWED = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** What SendMessage says of a message, or one entry of SendMessageBatch. */
export interface SendInput {
  readonly MessageBody?: unknown;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageSystemAttributes?: Readonly<Record<string, MessageAttribute>>;
}

/**
 * Reads a message from a request.
 *
 * @throws AwsError MissingParameter, InvalidMessageContents, InvalidParameterValue
 */
export function readMessage(queue: Queue, input: SendInput): MessageContent {
  const body = input.MessageBody;
  if (typeof body !== 'string' || body === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (NOT_ALLOWED.test(body)) {
    const message =
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';
    throw new AwsError('InvalidMessageContents', message);
  }
  const attributes = input.MessageAttributes ?? {};
  checkAttributes(attributes);
  const traceHeader = input.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  const content = { body, attributes, ...(traceHeader === undefined ? {} : { traceHeader }) };
  const limit = numberOf(queue, 'MaximumMessageSize');
  if (sizeOf(content) > limit) throw messageTooLong(limit);
  return content;
}

/** The error for a message that is longer than its queue allows. */
export function messageTooLong(limit: number): AwsError {
  const message = `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`;
  return new AwsError('InvalidParameterValue', message);
}

/** The size that counts against the limits, in bytes: the body and each attribute's name, type and value. */
export function sizeOf({ body, attributes }: MessageContent): number {
  let size = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue = '', BinaryValue = '' }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64');
  }
  return size;
}

function checkAttributes(attributes: Readonly<Record<string, MessageAttribute>>): void {
  const names = Object.keys(attributes);
  if (names.length > MOST_ATTRIBUTES) {
    const message = `Number of message attributes [${names.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`;
    throw new AwsError('InvalidParameterValue', message);
  }
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name] ?? {};
    const hasValue = /^Binary(\.|$)/.test(DataType ?? '') ? BinaryValue : StringValue;
    if (/^(String|Number|Binary)(\.|$)/.test(DataType ?? '') && hasValue !== undefined && hasValue !== '') continue;
    const message = `Message (user) attribute '${name}' must contain a non-empty value of type '${DataType ?? 'String'}'.`;
    throw new AwsError('InvalidParameterValue', message);
  }
}
