import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Message, MessageContent, Queue } from './queue.ts';
import { DEFAULT_ATTRIBUTES, fifoRefusal, mergeAttributes, numberOf, redrivePolicyOf } from './queue-attributes.ts';
import { checkRedrive } from './redrive.ts';

/** The queues of one local cloud and what is in them. */
export interface QueueStore {
  queues(): readonly Queue[];
  /** @throws AwsError QueueDoesNotExist */
  byName(name: string): Queue;
  /** @throws AwsError QueueDoesNotExist */
  byArn(arn: string): Queue;
  /** Makes a queue, or finds the one of that name and the same attributes. @throws AwsError QueueNameExists */
  create(name: string, attributes: Readonly<Record<string, unknown>>): Queue;
  /** Adds attributes to those of a queue. @throws AwsError InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue */
  setAttributes(queue: Queue, attributes: Readonly<Record<string, unknown>>): void;
  remove(queue: Queue): void;
  send(queue: Queue, content: MessageContent, sender: { senderId: string; delaySeconds?: number | undefined }): Message;
  /** Takes visible messages in order and hides them; those received too often go to the dead-letter queue instead. */
  take(queue: Queue, max: number, visibilitySeconds?: number): readonly Message[];
  /** Deletes by receipt handle; a handle that a later receipt has replaced deletes nothing. */
  delete(queue: Queue, receiptHandle: string): void;
  /** @throws AwsError ReceiptHandleIsInvalid, MessageNotInflight */
  changeVisibility(queue: Queue, receiptHandle: string, seconds: number): void;
  purge(queue: Queue): void;
  /** Moves a message to the end of another queue, as new there but for its id and the time it was sent. */
  move(message: Message, from: Queue, to: Queue, deadLetterSource?: string): void;
  /** Messages by state, after those past their retention are gone. */
  counts(queue: Queue): { visible: number; inFlight: number; delayed: number };
  /** Forgets every timer. */
  stop(): void;
}

const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/;
/** Message, number of the receipt, and queue. */
const HANDLE = /^[0-9a-f-]{36}#\d+#([\w-]+)$/;

/** Creates a store without queues. */
export function createQueueStore(kernel: Kernel): QueueStore {
  const { clock } = kernel;
  const queues = new Map<string, Queue>();
  let receipts = 0;

  function byName(name: string): Queue {
    const queue = queues.get(name);
    if (queue !== undefined) return queue;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  function byArn(arn: string): Queue {
    const queue = byName(arn.split(':')[5] ?? '');
    if (queue.arn === arn) return queue;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  function wake(queue: Queue): void {
    for (const listener of [...queue.listeners]) listener();
  }

  /** Hides a message until a time, and wakes the listeners then. */
  function showAt(queue: Queue, message: Message, visibleAt: number): void {
    message.timer?.cancel();
    message.timer = undefined;
    message.visibleAt = visibleAt;
    const delay = visibleAt - clock.now();
    if (delay > 0) message.timer = clock.after(delay, () => wake(queue));
    else wake(queue);
  }

  function drop(queue: Queue, message: Message): void {
    message.timer?.cancel();
    message.timer = undefined;
    queue.messages.delete(message.messageId);
  }

  function dropExpired(queue: Queue): void {
    const oldest = clock.now() - numberOf(queue, 'MessageRetentionPeriod') * 1000;
    for (const message of queue.messages.values()) if (message.sentAt <= oldest) drop(queue, message);
  }

  function move(message: Message, from: Queue, to: Queue, deadLetterSource?: string): void {
    drop(from, message);
    message.receiveCount = 0;
    message.firstReceivedAt = undefined;
    message.receiptHandle = undefined;
    message.deadLetterSource = deadLetterSource;
    to.messages.set(message.messageId, message);
    showAt(to, message, clock.now());
  }

  function deadLetterQueueOf(queue: Queue, message: Message): Queue | undefined {
    const policy = redrivePolicyOf(queue);
    if (policy === undefined || message.receiveCount < policy.maxReceiveCount) return undefined;
    return queues.get(policy.deadLetterTargetArn.split(':')[5] ?? '');
  }

  function messageOf(queue: Queue, receiptHandle: string): Message | undefined {
    if (HANDLE.exec(receiptHandle)?.[1] !== queue.name) {
      const message = `The input receipt handle "${receiptHandle.slice(0, 60)}" is not a valid receipt handle.`;
      throw new AwsError('ReceiptHandleIsInvalid', message);
    }
    const message = queue.messages.get(receiptHandle.slice(0, 36));
    return message?.receiptHandle === receiptHandle ? message : undefined;
  }

  return {
    queues: () => [...queues.values()],
    byName,
    byArn,
    create(name, given) {
      if (name.endsWith('.fifo')) throw fifoRefusal();
      if (!QUEUE_NAME.test(name)) {
        const message = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
        throw new AwsError('InvalidParameterValue', message);
      }
      const existing = queues.get(name);
      const attributes = mergeAttributes(existing?.attributes ?? DEFAULT_ATTRIBUTES, given);
      const arn = `arn:${kernel.partition}:sqs:${kernel.region}:${kernel.accountId}:${name}`;
      if (existing !== undefined) {
        const differing = Object.keys(attributes).find((name) => existing.attributes[name] !== attributes[name]);
        if (differing === undefined) return existing;
        const message = `A queue already exists with the same name and a different value for attribute ${differing}`;
        throw new AwsError('QueueNameExists', message);
      }
      checkRedrive({ arn, attributes }, queues.values());
      const now = clock.now();
      const queue: Queue = {
        name,
        arn,
        createdAt: now,
        modifiedAt: now,
        attributes,
        messages: new Map(),
        listeners: new Set(),
      };
      queues.set(name, queue);
      return queue;
    },
    setAttributes(queue, given) {
      const attributes = mergeAttributes(queue.attributes, given);
      if (given.RedrivePolicy !== undefined) checkRedrive({ arn: queue.arn, attributes }, queues.values());
      queue.attributes = attributes;
      queue.modifiedAt = clock.now();
    },
    remove(queue) {
      for (const message of queue.messages.values()) message.timer?.cancel();
      queue.messages.clear();
      queues.delete(queue.name);
      wake(queue);
    },
    send(queue, content, { senderId, delaySeconds = numberOf(queue, 'DelaySeconds') }) {
      const now = clock.now();
      const message: Message = {
        ...content,
        messageId: kernel.uuid(),
        senderId,
        sentAt: now,
        visibleAt: now,
        receiveCount: 0,
        firstReceivedAt: undefined,
        receiptHandle: undefined,
        deadLetterSource: undefined,
        timer: undefined,
      };
      queue.messages.set(message.messageId, message);
      showAt(queue, message, now + delaySeconds * 1000);
      return message;
    },
    take(queue, max, visibilitySeconds = numberOf(queue, 'VisibilityTimeout')) {
      dropExpired(queue);
      const now = clock.now();
      const taken: Message[] = [];
      for (const message of [...queue.messages.values()]) {
        if (taken.length === max) break;
        if (message.visibleAt > now) continue;
        const deadLetters = deadLetterQueueOf(queue, message);
        if (deadLetters !== undefined) {
          move(message, queue, deadLetters, queue.arn);
          continue;
        }
        message.receiveCount++;
        message.firstReceivedAt ??= now;
        message.receiptHandle = `${message.messageId}#${++receipts}#${queue.name}`;
        taken.push(message);
      }
      for (const message of taken) showAt(queue, message, now + visibilitySeconds * 1000);
      return taken;
    },
    delete(queue, receiptHandle) {
      const message = messageOf(queue, receiptHandle);
      if (message !== undefined) drop(queue, message);
    },
    changeVisibility(queue, receiptHandle, seconds) {
      const message = messageOf(queue, receiptHandle);
      const now = clock.now();
      if (message === undefined || message.visibleAt <= now) {
        throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
      }
      showAt(queue, message, now + seconds * 1000);
    },
    purge(queue) {
      for (const message of [...queue.messages.values()]) drop(queue, message);
    },
    move,
    counts(queue) {
      dropExpired(queue);
      const now = clock.now();
      const counts = { visible: 0, inFlight: 0, delayed: 0 };
      for (const { visibleAt, receiveCount } of queue.messages.values()) {
        if (visibleAt <= now) counts.visible++;
        else if (receiveCount > 0) counts.inFlight++;
        else counts.delayed++;
      }
      return counts;
    },
    stop() {
      for (const queue of queues.values()) for (const message of queue.messages.values()) message.timer?.cancel();
    },
  };
}
