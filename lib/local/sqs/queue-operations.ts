import { AwsError } from '../kernel/aws-error.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation } from '../kernel/service.ts';
import { checkAttributeNames } from './attribute-names.ts';
import type { Queue } from './queue.ts';
import { DEFAULT_ATTRIBUTES, redrivePolicyOf } from './queue-attributes.ts';
import { authorizeQueue, type SqsParts } from './sqs-parts.ts';

/** The most results of one page of a listing. */
const LARGEST_PAGE = 1000;
/** PurgeQueue in the SQS API reference. */
const PURGE_INTERVAL_MS = 60_000;

/** The operations on queues themselves. */
export function createQueueOperations(parts: SqsParts): { CreateQueue: Operation } & Record<string, Operation> {
  const { kernel, store, urlOf, queueAt } = parts;
  const purgedAt = new WeakMap<Queue, number>();

  function describe(queue: Queue): Record<string, string> {
    const { visible, inFlight, delayed } = store.counts(queue);
    return {
      ...queue.attributes,
      QueueArn: queue.arn,
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    };
  }

  /** A queue that messages move from or to. @throws AwsError ResourceNotFoundException */
  function endOfMove(parameter: string, arn: unknown): Queue {
    const queue = store.queues().find((candidate) => candidate.arn === arn);
    if (queue !== undefined) return queue;
    const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
    throw new AwsError('ResourceNotFoundException', message, { status: 404 });
  }

  return {
    CreateQueue({ QueueName, Attributes = {} }, request) {
      if (typeof QueueName !== 'string') {
        throw new AwsError('MissingParameter', 'The request must contain the parameter QueueName.');
      }
      const arn = `arn:${kernel.partition}:sqs:${kernel.region}:${kernel.accountId}:${QueueName}`;
      authorizeQueue(request, 'sqs:CreateQueue', { ...NO_QUEUE, name: QueueName, arn });
      return { QueueUrl: urlOf(store.create(QueueName, Attributes)) };
    },

    DeleteQueue({ QueueUrl }, request) {
      const queue = queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:DeleteQueue', queue);
      store.remove(queue);
      return {};
    },

    GetQueueUrl({ QueueName, QueueOwnerAWSAccountId = kernel.accountId }, request) {
      if (QueueOwnerAWSAccountId !== kernel.accountId) {
        throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      }
      const queue = store.byName(String(QueueName));
      authorizeQueue(request, 'sqs:GetQueueUrl', queue);
      return { QueueUrl: urlOf(queue) };
    },

    GetQueueAttributes({ QueueUrl, AttributeNames = [] }, request) {
      const queue = queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:GetQueueAttributes', queue);
      const names: readonly string[] = AttributeNames;
      checkAttributeNames('queue', names);
      const all = Object.entries(describe(queue));
      const wanted = names.includes('All') ? all : all.filter(([name]) => names.includes(name));
      return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
    },

    SetQueueAttributes({ QueueUrl, Attributes = {} }, request) {
      const queue = queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:SetQueueAttributes', queue);
      store.setAttributes(queue, Attributes);
      return {};
    },

    ListQueues({ QueueNamePrefix = '', MaxResults, NextToken }, request) {
      request.authorize('sqs:ListQueues', '*');
      const names = store
        .queues()
        .map(({ name }) => name)
        .filter((name) => name.startsWith(QueueNamePrefix))
        .sort();
      return queuePage(names, MaxResults, NextToken, (name) => urlOf(store.byName(name)), 'QueueUrls');
    },

    ListDeadLetterSourceQueues({ QueueUrl, MaxResults, NextToken }, request) {
      const queue = queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:ListDeadLetterSourceQueues', queue);
      const names = store
        .queues()
        .filter((source) => redrivePolicyOf(source)?.deadLetterTargetArn === queue.arn)
        .map(({ name }) => name)
        .sort();
      // The API spells this member with a small letter.
      return queuePage(names, MaxResults, NextToken, (name) => urlOf(store.byName(name)), 'queueUrls');
    },

    PurgeQueue({ QueueUrl }, request) {
      const queue = queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:PurgeQueue', queue);
      const now = kernel.clock.now();
      if (now - (purgedAt.get(queue) ?? Number.NEGATIVE_INFINITY) < PURGE_INTERVAL_MS) {
        const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
        throw new AwsError('PurgeQueueInProgress', message, { status: 403 });
      }
      purgedAt.set(queue, now);
      store.purge(queue);
      return {};
    },

    StartMessageMoveTask({ SourceArn, DestinationArn }, request) {
      const source = endOfMove('SourceArn', SourceArn);
      for (const action of ['sqs:StartMessageMoveTask', 'sqs:ReceiveMessage', 'sqs:DeleteMessage']) {
        authorizeQueue(request, action, source);
      }
      if (!store.queues().some((queue) => redrivePolicyOf(queue)?.deadLetterTargetArn === source.arn)) {
        const message = 'Source queue must be configured as a Dead Letter Queue.';
        throw new AwsError('InvalidParameterValue', message);
      }
      // Every destination is asked for before the first message moves.
      const moves = [...source.messages.values()]
        .filter(({ visibleAt }) => visibleAt <= kernel.clock.now())
        .map((message) => {
          const destination = endOfMove('DestinationArn', DestinationArn ?? message.deadLetterSource);
          authorizeQueue(request, 'sqs:SendMessage', destination);
          return () => store.move(message, source, destination);
        });
      for (const move of moves) move();
      return { TaskHandle: Buffer.from(`${source.name}/${kernel.uuid()}`).toString('base64') };
    },
  };
}

/** Stands for a queue that does not exist yet, where only its ARN counts. */
const NO_QUEUE = {
  createdAt: 0,
  modifiedAt: 0,
  attributes: DEFAULT_ATTRIBUTES,
  messages: new Map(),
  listeners: new Set<() => void>(),
};

function queuePage(
  names: readonly string[],
  maxResults: number | undefined,
  token: string | undefined,
  urlOf: (name: string) => string,
  member: 'QueueUrls' | 'queueUrls',
): object {
  if (maxResults !== undefined && !(maxResults >= 1 && maxResults <= LARGEST_PAGE)) {
    const message = `Value ${maxResults} for parameter MaxResults is invalid. Reason: Must be an integer between 1 and ${LARGEST_PAGE}, if provided.`;
    throw new AwsError('InvalidParameterValue', message);
  }
  const refusal = 'InvalidParameterValueException';
  const { items, nextToken } = pageOf(names, { list: member, size: maxResults ?? LARGEST_PAGE, token, refusal });
  return {
    ...(items.length === 0 && member === 'QueueUrls' ? {} : { [member]: items.map(urlOf) }),
    // SQS gives a token only to those who asked for pages.
    ...(maxResults === undefined || nextToken === undefined ? {} : { NextToken: nextToken }),
  };
}
