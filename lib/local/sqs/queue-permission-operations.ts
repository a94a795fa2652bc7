import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import type { Queue } from './queue.ts';
import { policiesOf } from './queue-attributes.ts';
import { authorizeQueue, type SqsParts } from './sqs-parts.ts';

interface Statement {
  readonly Sid?: string;
}

/** AddPermission and RemovePermission: statements of a queue's policy, by label. */
export function createQueuePermissionOperations({ kernel, store, queueAt }: SqsParts): Record<string, Operation> {
  function put(queue: Queue, statements: readonly Statement[]): void {
    const document = { Version: '2012-10-17', Id: `${queue.arn}/SQSDefaultPolicy`, ...policiesOf(queue)[0] };
    const Policy = statements.length === 0 ? '' : JSON.stringify({ ...document, Statement: statements });
    store.setAttributes(queue, { Policy });
  }

  const statementsOf = (queue: Queue) => [policiesOf(queue)[0]?.Statement ?? []].flat() as readonly Statement[];

  return {
    AddPermission({ QueueUrl, Label, AWSAccountIds = [], Actions = [] }, request) {
      const queue = queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:AddPermission', queue);
      if (Label === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter Label.');
      if (statementsOf(queue).some(({ Sid }) => Sid === Label)) throw badLabel(Label, 'Already exists.');
      const principals = AWSAccountIds.map((account: string) => `arn:${kernel.partition}:iam::${account}:root`);
      const actions = Actions.map((action: string) => `SQS:${action}`);
      const statement = {
        Sid: Label,
        Effect: 'Allow',
        Principal: { AWS: principals.length === 1 ? principals[0] : principals },
        Action: actions.length === 1 ? actions[0] : actions,
        Resource: queue.arn,
      };
      put(queue, [...statementsOf(queue), statement]);
      return {};
    },

    RemovePermission({ QueueUrl, Label }, request) {
      const queue = queueAt(QueueUrl);
      authorizeQueue(request, 'sqs:RemovePermission', queue);
      const left = statementsOf(queue).filter(({ Sid }) => Sid !== Label);
      if (left.length === statementsOf(queue).length) throw badLabel(Label, "can't find label.");
      put(queue, left);
      return {};
    },
  };
}

function badLabel(label: unknown, reason: string): AwsError {
  return new AwsError('InvalidParameterValue', `Value ${label} for parameter Label is invalid. Reason: ${reason}`);
}
