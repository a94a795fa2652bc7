import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** The services whose callbacks a ledger holds; the keys of a service's rows begin with its name. */
export const callbackServices = [
  'codepipeline',
  'codepipeline-third-party',
  'codepipeline-executor',
  'transfer',
  'servicecatalog',
] as const;

/** One of {@link callbackServices}. */
export type CallbackService = (typeof callbackServices)[number];

/** What a function does with the ledger: it opens entries, moves them on and reads them. */
export const ENTRY_ACTIONS = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] as const;

/** What `complete` does with it: it reads an entry that stands, and decides. It opens none. */
export const COMPLETION_ACTIONS = ['dynamodb:GetItem', 'dynamodb:UpdateItem'] as const;

/** What DynamoDB asks of the caller of a table under a customer's key. */
export const LEDGER_KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'] as const;

/** Allows actions on the rows of these services alone; of none where there are none. */
export function ledgerStatement(
  table: Table,
  actions: readonly string[],
  services: readonly CallbackService[],
): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': services.map((service) => `${service}#*`) },
      // "All of none" would hold for a request that names no key.
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });
}
