import type { QueuePort } from '../kernel/ports.ts';
import { readMessage } from './message-content.ts';
import { numberOf } from './queue-attributes.ts';
import { toQueueMessage } from './received-message.ts';
import { authorizeQueue, callerOf, type SqsParts, senderIdOf } from './sqs-parts.ts';

/** SQS for the other services of the local cloud. Receiving and deleting is what they do on the queue's own behalf. */
export function createQueuePort({ kernel, store }: SqsParts): QueuePort {
  return {
    send(queueArn, body, { principal, delaySeconds, context, messageAttributes = {} }) {
      const queue = store.byArn(queueArn);
      const caller = callerOf(kernel, principal);
      authorizeQueue(caller, 'sqs:SendMessage', queue, context);
      const content = readMessage(queue, { MessageBody: body, MessageAttributes: messageAttributes });
      return store.send(queue, content, { senderId: senderIdOf(principal), delaySeconds }).messageId;
    },
    receive: (queueArn, max) => store.take(store.byArn(queueArn), max).map(toQueueMessage),
    visibilityTimeoutSeconds: (queueArn) => numberOf(store.byArn(queueArn), 'VisibilityTimeout'),
    delete: (queueArn, receiptHandle) => store.delete(store.byArn(queueArn), receiptHandle),
    changeVisibility: (queueArn, receiptHandle, seconds) =>
      store.changeVisibility(store.byArn(queueArn), receiptHandle, seconds),
    onVisible(queueArn, listener) {
      const { listeners } = store.byArn(queueArn);
      // Two watchers may pass the same function; each gets an entry of its own.
      const entry = () => listener();
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
