import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { environmentVariables } from '../../lib/constants.ts';
import type { CallbackFunction } from './callback-function.ts';
import { deliveryQueueProps, feed, functionQueueProps } from './delivery-queue.ts';
import { DEFAULT_TIMEOUT } from './handler-function.ts';
import { allowRecursiveLoop } from './recursive-loop.ts';

/**
 * The queue by which a function's deliveries come back to it: for services that wait on, and hand nothing back
 * themselves. Each function needs one of its own, since a message must reach the function that put it off.
 */
export class ContinuationQueue extends Queue {
  constructor(fn: CallbackFunction, id: string) {
    const { ringback } = fn;
    super(fn, id, {
      ...deliveryQueueProps(ringback.encryptionKey),
      ...functionQueueProps(fn.timeout ?? DEFAULT_TIMEOUT, ringback),
    });
    feed(fn, 'Continuation', this, { reservedConcurrency: fn.reservedConcurrency });
    // Its key, where it has one, is that of the last resort's queue, to which the function may send already.
    this.grant(fn, 'sqs:SendMessage');
    fn.addEnvironment(environmentVariables.continuationQueueUrl, this.queueUrl);
    allowRecursiveLoop(fn);
    // A delivery that only waits is put off again in the place of the process that died over it.
    fn.addLastResortPermissions(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] }));
    ringback.encryptionKey?.grant(ringback.lastResort, 'kms:Decrypt', 'kms:GenerateDataKey');
    ringback.watchQueue(this);
  }
}
