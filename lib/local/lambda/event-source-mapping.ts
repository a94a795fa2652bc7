import type { Kernel } from '../kernel/kernel.ts';
import type { QueueMessage, QueuePort } from '../kernel/ports.ts';
import type { Invoker } from './invoker.ts';
import { invalidParameter } from './lambda-error.ts';
import { type InvocationTarget, rolePrincipal } from './local-function.ts';
import { failedMessageIds, sqsEvent } from './sqs-batch.ts';

/** A queue that feeds a function, as `AWS::Lambda::EventSourceMapping` declares it. */
export interface EventSourceMapping {
  readonly uuid: string;
  readonly queueArn: string;
  readonly target: () => InvocationTarget;
  /** 1 to 10,000; over 10 only with a batching window. */
  readonly batchSize: number;
  /** How long a batch may fill, in simulated seconds. */
  readonly batchingWindowSeconds: number;
  /** Batches at the same time; 2 to 1,000, unlimited by default. */
  readonly maximumConcurrency: number;
  readonly reportBatchItemFailures: boolean;
  readonly enabled: boolean;
}

/** Reads the properties of an SQS mapping. @throws AwsError InvalidParameterValueException */
export function readEventSourceMapping(
  properties: Readonly<Record<string, unknown>>,
  uuid: string,
  target: () => InvocationTarget,
): EventSourceMapping {
  const batchSize = Number(properties.BatchSize ?? 10);
  const batchingWindowSeconds = Number(properties.MaximumBatchingWindowInSeconds ?? 0);
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 10_000) {
    throw invalidParameter(`BatchSize must be a whole number from 1 to 10000, but is ${properties.BatchSize}`);
  }
  if (batchSize > 10 && batchingWindowSeconds < 1) {
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
  const scaling = properties.ScalingConfig as { MaximumConcurrency?: unknown } | undefined;
  const responseTypes = properties.FunctionResponseTypes;
  return {
    uuid,
    queueArn: String(properties.EventSourceArn),
    target,
    batchSize,
    batchingWindowSeconds,
    maximumConcurrency: Number(scaling?.MaximumConcurrency ?? Number.POSITIVE_INFINITY),
    reportBatchItemFailures: Array.isArray(responseTypes) && responseTypes.includes('ReportBatchItemFailures'),
    enabled: properties.Enabled !== false && properties.Enabled !== 'false',
  };
}

/** SQS gives at most this many messages at once. */
const RECEIVE_LIMIT = 10;

const QUEUE_ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'] as const;

/** Starts to poll for a mapping; returns the way to stop. A mapping whose role may not read the queue stays off. */
export function startPolling(
  mapping: EventSourceMapping,
  options: { readonly kernel: Kernel; readonly queues: QueuePort; readonly invoke: Invoker },
): () => void {
  const { kernel, queues, invoke } = options;
  const { queueArn } = mapping;
  const { fn } = mapping.target();
  if (!mayRead(mapping, kernel)) return () => {};
  const batch: QueueMessage[] = [];
  let running = 0;
  let window: { cancel(): void } | undefined;
  let stopped = false;

  /** Messages are taken only while the function has room, so that throttling costs none of their receives. */
  const hasRoom = () => !stopped && running < mapping.maximumConcurrency && fn.pool.hasRoom();

  function poll(): void {
    while (hasRoom()) {
      const received = queues.receive(queueArn, Math.min(RECEIVE_LIMIT, mapping.batchSize - batch.length));
      batch.push(...received);
      const full = batch.length >= mapping.batchSize;
      if (batch.length > 0 && (full || mapping.batchingWindowSeconds === 0)) flush();
      else if (received.length === 0) break;
    }
    if (batch.length > 0 && window === undefined && !stopped) {
      window = kernel.clock.after(mapping.batchingWindowSeconds * 1000, flush);
    }
  }

  function flush(): void {
    window?.cancel();
    window = undefined;
    const messages = batch.splice(0);
    if (messages.length === 0 || stopped) return;
    const request = {
      requestId: kernel.uuid(),
      attempt: 1,
      payload: JSON.stringify(sqsEvent(messages, queueArn, kernel.region)),
    };
    const invocation = invoke(mapping.target(), request);
    // Throttled after all: the messages come back when their visibility timeout ends.
    if (invocation === undefined) return;
    running++;
    void invocation.then((outcome) => {
      running--;
      if (outcome.failure === undefined) settle(messages, outcome.payload);
      poll();
    });
  }

  function settle(messages: readonly QueueMessage[], payload: string): void {
    const failed = mapping.reportBatchItemFailures ? failedMessageIds(messages, payload) : new Set<string>();
    for (const message of messages) {
      if (!failed.has(message.messageId)) queues.delete(queueArn, message.receiptHandle);
    }
  }

  const stopListening = queues.onVisible(queueArn, poll);
  const stopWaiting = fn.pool.onFree(poll);
  poll();
  return () => {
    stopped = true;
    window?.cancel();
    stopListening();
    stopWaiting();
  };
}

function mayRead(mapping: EventSourceMapping, kernel: Kernel): boolean {
  const { definition } = mapping.target().fn;
  for (const action of QUEUE_ACTIONS) {
    try {
      kernel.identity.authorize(rolePrincipal(kernel, definition), `sqs:${action}`, mapping.queueArn);
    } catch {
      kernel.events.emit('notice', {
        message: `The provided execution role does not have permissions to call ${action} on SQS: function ${definition.functionName} gets no messages of ${mapping.queueArn}`,
      });
      return false;
    }
  }
  return true;
}
