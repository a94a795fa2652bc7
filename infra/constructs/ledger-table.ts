import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ledgerAttributes } from '../../lib/constants.ts';

/** Properties of {@link createLedgerTable}. */
export interface LedgerTableProps {
  /** @default - a key that AWS owns */
  readonly encryptionKey?: IKey;
  /** @default false */
  readonly deletionProtection?: boolean;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** The table of a ledger: billed by use, recoverable to any second, and forgetful by the entries' own time. */
export function createLedgerTable(scope: Construct, id: string, props: LedgerTableProps): Table {
  const { encryptionKey, deletionProtection = false, removalPolicy = RemovalPolicy.RETAIN } = props;
  return new Table(scope, id, {
    partitionKey: { name: ledgerAttributes.key, type: AttributeType.STRING },
    timeToLiveAttribute: ledgerAttributes.expiration,
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
    deletionProtection,
    ...(encryptionKey === undefined ? {} : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
  });
}
