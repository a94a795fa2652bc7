import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { environmentVariables } from '../../lib/constants.ts';
import { deliveryQueueProps, feed, functionQueueProps } from './delivery-queue.ts';
import { timeoutOf } from './function-settings.ts';
import { setVariable } from './function-variables.ts';
import { granteeWithin } from './grantee-within.ts';
import { allowRecursiveLoop } from './recursive-loop.ts';
import type { Ringback } from './ringback.ts';

/** A function whose deliveries come back to it. */
interface ContinuingFunction {
  readonly function: LambdaFunction;
  readonly ringback: Ringback;
  addLastResortPermissions(statement: PolicyStatement): unknown;
}

/**
 * The queue by which a function's deliveries come back to it: for services that wait on, and hand nothing back
 * themselves. Each function needs one of its own, since a message must reach the function that put it off.
 */
export class ContinuationQueue extends Queue {
  constructor(callbacks: ContinuingFunction, id: string) {
    const { function: fn, ringback } = callbacks;
    super(fn, id, {
      ...deliveryQueueProps(ringback.encryptionKey),
      ...functionQueueProps(timeoutOf(fn), ringback.lastResortQueue),
    });
    feed(fn, 'Continuation', this);
    // Its key, where it has one, is that of the last resort's queue, to which the function may send already.
    this.grant(granteeWithin(fn), 'sqs:SendMessage');
    setVariable(fn, environmentVariables.continuationQueueUrl, this.queueUrl);
    allowRecursiveLoop(fn);
    // A delivery that only waits is put off again in the place of the process that died over it.
    callbacks.addLastResortPermissions(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] }),
    );
    ringback.encryptionKey?.grant(ringback.lastResort, 'kms:Decrypt', 'kms:GenerateDataKey');
    ringback.watchQueue(this);
  }
}
