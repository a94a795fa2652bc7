import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import { checkAttributeNames } from './attribute-names.ts';
import { runBatch } from './batch.ts';
import { waitForMessages } from './long-poll.ts';
import { readMessage, type SendInput, sizeOf } from './message-content.ts';
import { md5OfAttributes, md5OfBody } from './message-md5.ts';
import { LARGEST_MESSAGE_BYTES, type Queue } from './queue.ts';
import { numberOf } from './queue-attributes.ts';
import { toApiMessage } from './received-message.ts';
import { authorizeQueue, type Caller, type SqsParts, senderIdOf } from './sqs-parts.ts';

/** The operations on messages. `stopped` ends what waits for messages when the cloud stops. */
export function createMessageOperations(parts: SqsParts, stopped: AbortSignal): Record<string, Operation> {
  const { kernel, store, queueAt } = parts;

  function open(url: unknown, caller: Caller, action: string): Queue {
    const queue = queueAt(url);
    authorizeQueue(caller, action, queue);
    return queue;
  }

  function send(queue: Queue, caller: Caller, input: SendInput & { DelaySeconds?: unknown }): object {
    const content = readMessage(queue, input);
    const delaySeconds = rangeOf('DelaySeconds', input.DelaySeconds, 0, 900);
    const { messageId } = store.send(queue, content, { senderId: senderIdOf(caller.principal), delaySeconds });
    const traceHeader = input.MessageSystemAttributes ?? {};
    return withoutUndefined({
      MessageId: messageId,
      MD5OfMessageBody: md5OfBody(content.body),
      MD5OfMessageAttributes: md5OfAttributes(content.attributes),
      MD5OfMessageSystemAttributes: md5OfAttributes(traceHeader),
    });
  }

  function changeVisibility(queue: Queue, handle: unknown, timeout: unknown): void {
    const seconds = rangeOf('VisibilityTimeout', timeout, 0, 43_200);
    if (seconds === undefined) throw missing('VisibilityTimeout');
    store.changeVisibility(queue, receiptOf(handle), seconds);
  }

  return {
    SendMessage({ QueueUrl, ...input }, request) {
      return send(open(QueueUrl, request, 'sqs:SendMessage'), request, input);
    },

    SendMessageBatch({ QueueUrl, Entries }, request) {
      const queue = open(QueueUrl, request, 'sqs:SendMessage');
      return runBatch(Entries, {
        check(entries) {
          const size = entries.reduce((sum, { MessageBody, MessageAttributes }) => {
            return sum + sizeOf({ body: String(MessageBody ?? ''), attributes: MessageAttributes ?? {} });
          }, 0);
          if (size <= LARGEST_MESSAGE_BYTES) return;
          const message = `Batch requests cannot be longer than ${LARGEST_MESSAGE_BYTES} bytes. You have sent ${size} bytes.`;
          throw new AwsError('BatchRequestTooLong', message);
        },
        run: (entry) => send(queue, request, entry),
      });
    },

    async ReceiveMessage(input, request) {
      const queue = open(input.QueueUrl, request, 'sqs:ReceiveMessage');
      const max = rangeOf('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, 10) ?? 1;
      const visibility = rangeOf('VisibilityTimeout', input.VisibilityTimeout, 0, 43_200);
      const waitSeconds =
        rangeOf('WaitTimeSeconds', input.WaitTimeSeconds, 0, 20, 'Must be >= 0 and <= 20') ??
        numberOf(queue, 'ReceiveMessageWaitTimeSeconds');
      const systemNames = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
      const names: readonly string[] = input.MessageAttributeNames ?? [];
      checkAttributeNames('message', systemNames);
      const { abandoned } = request;
      const messages = await waitForMessages(() => store.take(queue, max, visibility), {
        queue,
        clock: kernel.clock,
        waitMs: waitSeconds * 1000,
        // A message that nobody is there to receive stays in the queue.
        ends: abandoned === undefined ? [stopped] : [stopped, abandoned],
      });
      if (messages.length === 0) return {};
      return { Messages: messages.map((message) => toApiMessage(message, systemNames, names)) };
    },

    DeleteMessage({ QueueUrl, ReceiptHandle }, request) {
      store.delete(open(QueueUrl, request, 'sqs:DeleteMessage'), receiptOf(ReceiptHandle));
      return {};
    },

    DeleteMessageBatch({ QueueUrl, Entries }, request) {
      const queue = open(QueueUrl, request, 'sqs:DeleteMessage');
      return runBatch(Entries, {
        run({ ReceiptHandle }) {
          store.delete(queue, receiptOf(ReceiptHandle));
          return {};
        },
      });
    },

    ChangeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }, request) {
      const queue = open(QueueUrl, request, 'sqs:ChangeMessageVisibility');
      changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
      return {};
    },

    ChangeMessageVisibilityBatch({ QueueUrl, Entries }, request) {
      const queue = open(QueueUrl, request, 'sqs:ChangeMessageVisibility');
      return runBatch(Entries, {
        run({ ReceiptHandle, VisibilityTimeout }) {
          changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
          return {};
        },
      });
    },
  };
}

/** A whole number within its limits, or undefined when it was not given. @throws AwsError InvalidParameterValue */
function rangeOf(
  name: string,
  value: unknown,
  min: number,
  max: number,
  bounds = `Must be between ${min} and ${max}`,
): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  const message = `Value ${String(value)} for parameter ${name} is invalid. Reason: ${bounds}, if provided.`;
  throw new AwsError('InvalidParameterValue', message);
}

function receiptOf(handle: unknown): string {
  if (typeof handle === 'string' && handle !== '') return handle;
  throw missing('ReceiptHandle');
}

function missing(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

function withoutUndefined(object: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
