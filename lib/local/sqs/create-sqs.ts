import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { QueuePort } from '../kernel/ports.ts';
import type { LocalService, Operation } from '../kernel/service.ts';
import { messageTooLong } from './message-content.ts';
import { createMessageOperations } from './message-operations.ts';
import { createSqsQueryApi } from './query-api.ts';
import { queryCompatibleError } from './query-compatible.ts';
import { LARGEST_MESSAGE_BYTES } from './queue.ts';
import { createQueueOperations } from './queue-operations.ts';
import { createQueuePermissionOperations } from './queue-permission-operations.ts';
import { createQueuePort } from './queue-port.ts';
import { createQueueResources } from './queue-resources.ts';
import { createQueueStore } from './queue-store.ts';
import { createQueueTagOperations } from './queue-tag-operations.ts';
import { SQS_MODEL, withoutNulls } from './request-model.ts';
import type { SqsParts } from './sqs-parts.ts';

/**
 * Amazon SQS on loopback: standard queues, JSON and query protocol, delays and timeouts on the simulated clock.
 *
 * Queue addresses lie on the local cloud's own endpoint, because clients send to the host that an address names.
 */
export function createSqs(kernel: Kernel): LocalService & QueuePort {
  const store = createQueueStore(kernel);
  const stopping = new AbortController();
  const parts: SqsParts = {
    kernel,
    store,
    urlOf: ({ name }) => `${kernel.endpoint()}/${kernel.accountId}/${name}`,
    queueAt(url) {
      if (typeof url !== 'string' || url === '') {
        throw new AwsError('MissingParameter', 'The request must contain the parameter QueueUrl.');
      }
      const [account, name] = url.replace(/\/+$/, '').split('/').slice(-2);
      if (account === kernel.accountId && name !== undefined) return store.byName(name);
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    },
  };
  const { CreateQueue, ...queueOperations } = createQueueOperations(parts);
  const taken: Readonly<Record<string, Operation>> = {
    ...queueOperations,
    ...createQueueTagOperations(parts, CreateQueue),
    ...createQueuePermissionOperations(parts),
    ...createMessageOperations(parts, stopping.signal),
  };
  const operations = Object.fromEntries(
    Object.entries(taken).map(([name, act]): [string, Operation] => [
      name,
      (input, request) => act(withoutNulls(input), request),
    ]),
  );
  return {
    name: 'sqs',
    json: {
      targetPrefix: 'AmazonSQS',
      jsonVersion: '1.0',
      queryCompatible: queryCompatibleError,
      tooLarge: () => messageTooLong(LARGEST_MESSAGE_BYTES),
      operations,
      model: SQS_MODEL,
      validationErrorCode: 'InvalidParameterValue',
    },
    http: createSqsQueryApi(operations),
    resources: createQueueResources(parts),
    ...createQueuePort(parts),
    stop() {
      stopping.abort();
      store.stop();
    },
  };
}
