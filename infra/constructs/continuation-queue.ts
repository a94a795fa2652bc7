import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { environmentVariables } from '../../lib/constants.ts';
import type { HandlerFunction } from './handler-function.ts';
import type { Ringback } from './ringback.ts';

/** How often a delivery is handed to the function before it goes to the last resort. */
const MAX_RECEIVES = 3;
/** AWS advises this many times the function's timeout, so that a message is not handed out while it is worked on. */
const VISIBILITY_FACTOR = 6;
const DEFAULT_TIMEOUT_SECONDS = 3;

/**
 * The queue by which a function's deliveries come back to it: for services that wait on, and hand nothing back
 * themselves. Each function needs one of its own, since a message must reach the function that put it off.
 */
export class ContinuationQueue extends Queue {
  constructor(fn: HandlerFunction, id: string, ringback: Ringback) {
    const timeoutSeconds = fn.timeout?.toSeconds() ?? DEFAULT_TIMEOUT_SECONDS;
    super(fn, id, {
      ...ringback.queueEncryption,
      visibilityTimeout: Duration.seconds(VISIBILITY_FACTOR * timeoutSeconds),
      deadLetterQueue: { queue: ringback.lastResortQueue, maxReceiveCount: MAX_RECEIVES },
    });
    this.grant(
      fn,
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    );
    this.encryptionMasterKey?.grant(fn, 'kms:Decrypt', 'kms:GenerateDataKey');
    fn.addEventSourceMapping('Continuation', {
      eventSourceArn: this.queueArn,
      // One at a time: a process that dies takes no other delivery with it.
      batchSize: 1,
      reportBatchItemFailures: true,
    });
    fn.addEnvironment(environmentVariables.continuationQueueUrl, this.queueUrl);
  }
}
