import type { QueueMessage } from '../kernel/ports.ts';

/** The event that a function gets for a batch of messages. */
export function sqsEvent(messages: readonly QueueMessage[], queueArn: string, region: string): object {
  return {
    Records: messages.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: message.attributes,
      messageAttributes: message.messageAttributes,
      md5OfBody: message.md5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

/**
 * The messages that a response with `batchItemFailures` leaves in the queue. A response that names an unknown, empty
 * or missing identifier, or that is no JSON or no such object, fails the whole batch (Lambda developer guide, SQS errors).
 */
export function failedMessageIds(messages: readonly QueueMessage[], payload: string): ReadonlySet<string> {
  const known = new Set(messages.map(({ messageId }) => messageId));
  let response: unknown;
  try {
    response = JSON.parse(payload);
  } catch {
    return known;
  }
  if (response === null) return new Set();
  if (typeof response !== 'object') return known;
  const failures = Reflect.get(response, 'batchItemFailures') as unknown;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return known;
  const failed = new Set<string>();
  for (const failure of failures) {
    const id: unknown = failure?.itemIdentifier;
    if (typeof id !== 'string' || !known.has(id)) return known;
    failed.add(id);
  }
  return failed;
}
