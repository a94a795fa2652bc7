import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../lib/local/kernel/clock.ts';
import type { QueueMessage, QueuePort } from '../../../../lib/local/kernel/ports.ts';

export interface SentMessage {
  queueArn: string;
  body: string;
  options: Record<string, unknown>;
}

export interface MemoryQueues extends QueuePort {
  sent: SentMessage[];
  /** Messages neither deleted nor in flight. */
  visible(queueArn: string): number;
  /** All messages that were not deleted. */
  left(queueArn: string): string[];
}

const VISIBILITY_SECONDS = 30;

/** Queues of a few lines: enough of SQS to feed a function. */
export function createMemoryQueues(clock: Clock, refuses: (queueArn: string) => boolean = () => false): MemoryQueues {
  const messages: { queueArn: string; message: QueueMessage; hiddenUntil: number; receives: number }[] = [];
  const listeners = new Map<string, Set<() => void>>();
  const sent: SentMessage[] = [];
  const tell = (queueArn: string) => {
    for (const listener of listeners.get(queueArn) ?? []) listener();
  };

  return {
    sent,
    visible: (queueArn) => messages.filter((m) => m.queueArn === queueArn && m.hiddenUntil <= clock.now()).length,
    left: (queueArn) => messages.filter((m) => m.queueArn === queueArn).map(({ message }) => message.body),
    send(queueArn, body, options) {
      if (refuses(queueArn)) throw new Error(`may not send to ${queueArn}`);
      const messageId = randomUUID();
      sent.push({ queueArn, body, options });
      const message = {
        messageId,
        receiptHandle: messageId,
        body,
        attributes: {},
        messageAttributes: {},
        md5OfBody: '',
      };
      messages.push({ queueArn, message, hiddenUntil: 0, receives: 0 });
      tell(queueArn);
      return messageId;
    },
    receive(queueArn, max) {
      const ready = messages.filter((m) => m.queueArn === queueArn && m.hiddenUntil <= clock.now()).slice(0, max);
      return ready.map((entry) => {
        entry.hiddenUntil = clock.now() + VISIBILITY_SECONDS * 1000;
        entry.receives++;
        clock.after(VISIBILITY_SECONDS * 1000, () => tell(queueArn));
        return { ...entry.message, attributes: { ApproximateReceiveCount: String(entry.receives) } };
      });
    },
    visibilityTimeoutSeconds: () => VISIBILITY_SECONDS,
    delete(_queueArn, receiptHandle) {
      const position = messages.findIndex(({ message }) => message.receiptHandle === receiptHandle);
      if (position !== -1) messages.splice(position, 1);
    },
    changeVisibility() {},
    onVisible(queueArn, listener) {
      const set = listeners.get(queueArn) ?? new Set();
      listeners.set(queueArn, set);
      set.add(listener);
      return () => set.delete(listener);
    },
  };
}
