import { AwsError } from '../kernel/aws-error.ts';
import { checkAttributes, checkSystemAttributes, hasForbiddenCharacters } from './message-attributes.ts';
import type { MessageAttribute, MessageContent, Queue } from './queue.ts';
import { numberOf } from './queue-attributes.ts';

/** What SendMessage says of a message, or one entry of SendMessageBatch. */
export interface SendInput {
  readonly MessageBody?: unknown;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageSystemAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageGroupId?: unknown;
  readonly MessageDeduplicationId?: unknown;
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
  if (hasForbiddenCharacters(body)) {
    const message =
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';
    throw new AwsError('InvalidMessageContents', message);
  }
  const attributes = input.MessageAttributes ?? {};
  checkAttributes(attributes);
  checkSystemAttributes(input.MessageSystemAttributes ?? {});
  const groupId = groupOf(input);
  const traceHeader = input.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  const content = {
    body,
    attributes,
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(groupId === undefined ? {} : { groupId }),
  };
  const limit = numberOf(queue, 'MaximumMessageSize');
  if (sizeOf(content) > limit) throw messageTooLong(limit);
  return content;
}

/** The tenant of a fair queue, on standard queues as on FIFO. @throws AwsError InvalidParameterValue */
function groupOf({ MessageGroupId, MessageDeduplicationId }: SendInput): string | undefined {
  if (MessageDeduplicationId !== undefined) {
    throw invalidValue(
      'MessageDeduplicationId',
      MessageDeduplicationId,
      'The request include parameter that is not valid for this queue type.',
    );
  }
  if (MessageGroupId === undefined) return undefined;
  if (typeof MessageGroupId === 'string' && /^[\x21-\x7e]{1,128}$/.test(MessageGroupId)) return MessageGroupId;
  throw invalidValue(
    'MessageGroupId',
    MessageGroupId,
    'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
  );
}

function invalidValue(name: string, value: unknown, reason: string): AwsError {
  const message = `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`;
  return new AwsError('InvalidParameterValue', message);
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
