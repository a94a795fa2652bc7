import type { IDestination } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { granteeWithin } from './grantee-within.ts';

/**
 * A queue as the destination of failed asynchronous invocations. Unlike the CDK's SqsDestination it lets the function
 * send, and nothing else.
 */
export function queueDestination(queue: IQueue): IDestination {
  return {
    bind(_scope, fn) {
      const grantee = granteeWithin(fn);
      queue.grant(grantee, 'sqs:SendMessage');
      queue.encryptionMasterKey?.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey');
      return { destination: queue.queueArn };
    },
  };
}
