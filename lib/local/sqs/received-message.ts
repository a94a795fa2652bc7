import type { QueueMessage } from '../kernel/ports.ts';
import { md5OfAttributes, md5OfBody } from './message-md5.ts';
import type { Message, MessageAttribute } from './queue.ts';

/** The system attributes of a received message, all of them. */
export function systemAttributes(message: Message): Readonly<Record<string, string>> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(Math.floor(message.sentAt)),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAt ?? message.sentAt)),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
    ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
    ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

/** A message in the shape of the ReceiveMessage API, with the attributes that were asked for. */
export function toApiMessage(message: Message, systemNames: readonly string[], names: readonly string[]): object {
  const attributes = pick(
    systemAttributes(message),
    (name) => systemNames.includes(name) || systemNames.includes('All'),
  );
  const messageAttributes = pick(message.attributes, (name) => names.some((pattern) => matches(pattern, name)));
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(attributes === undefined ? {} : { Attributes: attributes }),
    ...(messageAttributes === undefined
      ? {}
      : { MessageAttributes: messageAttributes, MD5OfMessageAttributes: md5OfAttributes(messageAttributes) }),
  };
}

/** A message in the shape that Lambda's event source mapping hands on. */
export function toQueueMessage(message: Message): QueueMessage {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle ?? '',
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, toRecordAttribute(value)]),
    ),
    md5OfBody: md5OfBody(message.body),
  };
}

function toRecordAttribute({ DataType, StringValue, BinaryValue }: MessageAttribute): object {
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/** `All`, `.*`, a name, or a prefix followed by `.*`. */
function matches(pattern: string, name: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : pattern === name;
}

function pick<Value>(
  all: Readonly<Record<string, Value>>,
  wanted: (name: string) => boolean,
): Record<string, Value> | undefined {
  const entries = Object.entries(all).filter(([name]) => wanted(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
