import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type EngineAccessProps, serviceStatement } from './engine-access.ts';
import type { EngineNames } from './engine-names.ts';

/** How often an operation is handed to the engine before the last resort answers it. */
const MAX_RECEIVES = 5;
/** AWS advises this many times the function's timeout, so that a message is not handed out while it is worked on. */
const VISIBILITY_FACTOR = 6;

/** Properties of {@link EngineQueues}. */
export interface EngineQueuesProps {
  readonly names: EngineNames;
  readonly access: EngineAccessProps;
  /** Of the function that takes the messages. */
  readonly timeout: Duration;
  readonly deadLetterQueue: IQueue;
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
    const { timeout, deadLetterQueue, encryptionKey, access } = props;
    const queue = new Queue(this, id, {
      queueName,
      visibilityTimeout: Duration.seconds(VISIBILITY_FACTOR * timeout.toSeconds()),
      // Longer than an engine is ever broken unnoticed: an operation that is lost leaves its product under change.
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
      enforceSSL: true,
      ...(encryptionKey === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
    });
    queue.addToResourcePolicy(serviceStatement(this, access, ['sqs:SendMessage'], [queue.queueArn]));
    return queue;
  }
}
