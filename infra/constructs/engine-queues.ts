import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deliveryQueueProps, functionQueueProps } from './delivery-queue.ts';
import { type EngineAccessProps, serviceStatement } from './engine-access.ts';
import type { EngineNames } from './engine-names.ts';
import type { Ringback } from './ringback.ts';

/** Properties of {@link EngineQueues}. */
export interface EngineQueuesProps {
  readonly names: EngineNames;
  readonly access: EngineAccessProps;
  /** Of the function that takes the messages. */
  readonly timeout: Duration;
  /** Its last resort answers what the function fails on for good. */
  readonly ringback: Ringback;
  readonly encryptionKey?: IKey | undefined;
}

/** The three queues into which Service Catalog puts operations, under their fixed names. */
export class EngineQueues extends Construct {
  readonly provision: Queue;
  readonly update: Queue;
  readonly terminate: Queue;

  constructor(scope: Construct, id: string, props: EngineQueuesProps) {
    super(scope, id);
    const { provisionQueue, updateQueue, terminateQueue } = props.names;
    this.provision = this.#create('Provision', provisionQueue, props);
    this.update = this.#create('Update', updateQueue, props);
    this.terminate = this.#create('Terminate', terminateQueue, props);
    // What Service Catalog asks of the key of a queue (Administrator Guide, "Confused deputy").
    props.encryptionKey?.addToResourcePolicy(
      serviceStatement(
        this,
        props.access,
        ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
        ['*'],
      ),
    );
  }

  /** The queues, in the order of a product's life. */
  get all(): readonly Queue[] {
    return [this.provision, this.update, this.terminate];
  }

  #create(id: string, queueName: string, props: EngineQueuesProps): Queue {
    const { timeout, ringback, encryptionKey, access } = props;
    const queue = new Queue(this, id, {
      queueName,
      ...deliveryQueueProps(encryptionKey),
      ...functionQueueProps(timeout, ringback.lastResortQueue),
    });
    queue.addToResourcePolicy(serviceStatement(this, access, ['sqs:SendMessage'], [queue.queueArn]));
    ringback.watchQueue(queue);
    return queue;
  }
}
