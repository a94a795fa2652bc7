import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import type { Queue } from './queue.ts';
import { authorizeQueue, type SqsParts } from './sqs-parts.ts';

type Tags = Readonly<Record<string, string>>;

/** The most tags of a queue (SQS Developer Guide, "Cost allocation tags"). */
const MOST_TAGS = 50;

/** The operations on the tags of queues, CreateQueue among them, since a queue may come with its tags. */
export function createQueueTagOperations(parts: SqsParts, createQueue: Operation): Record<string, Operation> {
  const tags = new WeakMap<Queue, Tags>();

  function put(queue: Queue, given: Tags): void {
    if (Object.keys(given).some((key) => /^aws:/i.test(key))) {
      throw new AwsError(
        'InvalidParameterValue',
        'Tag keys must not begin with aws:, which is reserved for use by AWS.',
      );
    }
    const merged = { ...tags.get(queue), ...given };
    if (Object.keys(merged).length > MOST_TAGS) {
      throw new AwsError('InvalidParameterValue', `Too many tags added for queue ${queue.name}.`);
    }
    tags.set(queue, merged);
  }

  return {
    async CreateQueue(input, request) {
      const given: Tags = input.tags ?? {};
      const created = await createQueue(input, request);
      if (Object.keys(given).length === 0) return created;
      const queue = parts.queueAt((created as { readonly QueueUrl: string }).QueueUrl);
      authorizeQueue(request, 'sqs:TagQueue', queue);
      put(queue, given);
      return created;
    },

    TagQueue({ QueueUrl, Tags: given = {} }, request) {
      const queue = parts.queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:TagQueue', queue);
      put(queue, given);
      return {};
    },

    UntagQueue({ QueueUrl, TagKeys = [] }, request) {
      const queue = parts.queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:UntagQueue', queue);
      const left = Object.entries(tags.get(queue) ?? {}).filter(([key]) => !TagKeys.includes(key));
      tags.set(queue, Object.fromEntries(left));
      return {};
    },

    ListQueueTags({ QueueUrl }, request) {
      const queue = parts.queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:ListQueueTags', queue);
      const found = tags.get(queue) ?? {};
      return Object.keys(found).length === 0 ? {} : { Tags: found };
    },
  };
}
