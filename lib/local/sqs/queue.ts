import type { Timer } from '../kernel/clock.ts';

/** The largest message, body and attributes together, in bytes: 1 MiB (SQS quotas, "Message size"; 256 KiB until 2025). */
export const LARGEST_MESSAGE_BYTES = 1_048_576;

/** A message attribute as the API spells it; binary values are Base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** What a sender says about a message. */
export interface MessageContent {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly traceHeader?: string;
  /** The `MessageGroupId`; on a standard queue it makes the queue fair, which changes nothing here. */
  readonly groupId?: string;
}

/** A message in a queue. Times are simulated milliseconds since the epoch. */
export interface Message extends MessageContent {
  readonly messageId: string;
  readonly senderId: string;
  /** Stays the same when the message moves to a dead-letter queue, and retention counts from it. */
  readonly sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** The handle of the latest receipt. */
  receiptHandle: string | undefined;
  /** The ARN of the queue that the message was dead-lettered from. */
  deadLetterSource: string | undefined;
  /** Wakes those who wait, when the message becomes visible. */
  timer: Timer | undefined;
}

/** Where a message goes that was received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** A standard queue. */
export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  /** The attributes that can be set, as text, by the API's names. */
  attributes: Readonly<Record<string, string>>;
  /** By message id, in the order of sending. */
  readonly messages: Map<string, Message>;
  readonly listeners: Set<() => void>;
}
