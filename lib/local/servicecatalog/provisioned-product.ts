import type { Principal } from '../kernel/kernel.ts';
import type { LaunchPath, Product, ProvisioningArtifact, Tag } from './catalog.ts';
import type { RecordType } from './engine-address.ts';

/** The states of a provisioned product (Administrator Guide, "Provisioned product lifecycle"). */
export type ProvisionedProductStatus = 'AVAILABLE' | 'UNDER_CHANGE' | 'TAINTED' | 'ERROR';

/** A product that somebody has provisioned. */
export interface ProvisionedProduct {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly product: Product;
  readonly createdTime: number;
  readonly createdBy: Principal;
  readonly provisionToken: string;
  readonly launchRoleArn: string;
  readonly path: LaunchPath;
  artifact: ProvisioningArtifact;
  status: ProvisionedProductStatus;
  statusMessage: string | undefined;
  /** In the order of the last request that named them. */
  parameters: ReadonlyMap<string, string>;
  tags: readonly Tag[];
  outputs: readonly RecordOutput[];
  readonly records: ProductRecord[];
  lastSuccessfulProvisioningRecordId: string | undefined;
  /** Terminated: it is no longer found, only its records are. */
  gone: boolean;
}

/** One output that an engine reported. */
export interface RecordOutput {
  readonly OutputKey?: string;
  readonly OutputValue?: string;
  readonly Description?: string;
}

/** One operation on a provisioned product. */
export interface ProductRecord {
  readonly id: string;
  readonly type: RecordType;
  readonly target: ProvisionedProduct;
  readonly artifact: ProvisioningArtifact;
  readonly createdTime: number;
  /** Of the request, so that its repetition finds the same record. */
  readonly requestToken: string;
  /** What the engine proves itself with: a secret. */
  readonly workflowToken: string;
  readonly ignoreErrors: boolean;
  status: 'CREATED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  updatedTime: number;
  errors: readonly { readonly Code: string; readonly Description: string }[];
  outputs: readonly RecordOutput[];
  /** The request that settled it, as text, to tell its repetition from another. */
  settledBy: string | undefined;
}

/** Whether nobody waits for a record any more. */
export function isSettled(record: ProductRecord): boolean {
  return record.status === 'SUCCEEDED' || record.status === 'FAILED';
}
