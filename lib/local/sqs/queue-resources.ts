import type { ResourceProvider } from '../kernel/service.ts';
import { physicalName } from '../template/physical-name.ts';
import { fifoRefusal } from './queue-attributes.ts';
import type { SqsParts } from './sqs-parts.ts';

/** The longest queue name. */
const LONGEST_NAME = 80;

/** Template properties that are attributes of the same name. */
const ATTRIBUTES = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
];

/** The CloudFormation resources of SQS. A queue that exists already is updated. */
export function createQueueResources({ store, urlOf, queueAt }: SqsParts): Record<string, ResourceProvider> {
  return {
    'AWS::SQS::Queue'(declaration) {
      const { properties } = declaration;
      if (properties.FifoQueue === true || properties.FifoQueue === 'true') throw fifoRefusal();
      const name: string =
        properties.QueueName ?? physicalName(declaration.stackName, declaration.logicalId, { maxLength: LONGEST_NAME });
      const given = Object.fromEntries(
        ATTRIBUTES.filter((attribute) => properties[attribute] !== undefined).map((attribute) => {
          const value: unknown = properties[attribute];
          return [attribute, typeof value === 'object' ? JSON.stringify(value) : String(value)];
        }),
      );
      const queue = store.queues().find((existing) => existing.name === name) ?? store.create(name, {});
      store.setAttributes(queue, given);
      return { ref: urlOf(queue), attributes: { Arn: queue.arn, QueueName: name, QueueUrl: urlOf(queue) } };
    },

    'AWS::SQS::QueuePolicy'({ properties, logicalId, stackName }) {
      const urls: readonly string[] = properties.Queues ?? [];
      for (const url of urls) {
        const queue = queueAt(url);
        store.setAttributes(queue, { Policy: JSON.stringify(properties.PolicyDocument ?? {}) });
      }
      return { ref: `${stackName}-${logicalId}` };
    },
  };
}
