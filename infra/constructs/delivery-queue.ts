import { Duration, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type IQueue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { DELIVERY_MAX_RECEIVES, QUEUE_RETENTION_SECONDS, VISIBILITY_FACTOR } from '../../lib/lifetimes.ts';
import { reservedConcurrencyOf } from './function-settings.ts';
import { granteeWithin } from './grantee-within.ts';

/** How every queue is kept that may hold a delivery: these carry credentials and callback tokens, and must not expire. */
export function deliveryQueueProps(encryptionKey: IKey | undefined): QueueProps {
  return {
    retentionPeriod: Duration.seconds(QUEUE_RETENTION_SECONDS),
    enforceSSL: true,
    ...(encryptionKey === undefined
      ? { encryption: QueueEncryption.SQS_MANAGED }
      : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
  };
}

/** How a queue hands deliveries to a function, and to the last resort what the function fails on for good. */
export function functionQueueProps(timeout: Duration, lastResortQueue: IQueue): QueueProps {
  return {
    visibilityTimeout: Duration.seconds(VISIBILITY_FACTOR * timeout.toSeconds()),
    deadLetterQueue: { queue: lastResortQueue, maxReceiveCount: DELIVERY_MAX_RECEIVES },
  };
}

/** The least that Lambda takes as the concurrency of an event source mapping (API Reference, ScalingConfig). */
const LEAST_CONCURRENCY = 2;

/**
 * Has the messages of a queue handed to a function; it may receive them, and gives back one by one what it fails on. No
 * more are taken out at a time than its reserved concurrency can work on: others would use their receipts up in vain.
 *
 * @param batchSize - one at a time, a process that dies takes no other delivery with it
 */
export function feed(fn: LambdaFunction, id: string, queue: IQueue, batchSize = 1): void {
  const grantee = granteeWithin(fn);
  queue.grant(
    grantee,
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
  );
  queue.encryptionMasterKey?.grant(grantee, 'kms:Decrypt');
  const reservedConcurrency = reservedConcurrencyOf(fn) ?? 0;
  const isLimited = reservedConcurrency > 0 && !Token.isUnresolved(reservedConcurrency);
  fn.addEventSourceMapping(id, {
    eventSourceArn: queue.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    ...(isLimited ? { maxConcurrency: Math.max(LEAST_CONCURRENCY, reservedConcurrency) } : {}),
  });
}
