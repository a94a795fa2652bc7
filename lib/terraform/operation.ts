import type { OperationType, ProvisioningOperation, TerminateOperation } from '../servicecatalog/index.ts';

/** What Terraform is to do: an operation as JSON, so that another process can do it. Parameters may be secrets. */
export interface TerraformOperation {
  /** The id of the record. */
  readonly id: string;
  readonly type: OperationType;
  readonly provisionedProduct: { readonly id: string; readonly name: string };
  readonly productId: string | undefined;
  readonly provisioningArtifactId: string | undefined;
  /** The account of the end user. */
  readonly accountId: string;
  readonly launchRoleArn: string | undefined;
  readonly tracerTag: { readonly key: string; readonly value: string };
  readonly tags: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** Where the artifact came from, for messages; undefined for a termination. */
  readonly artifact: string | undefined;
}

/** The operation as JSON. @param operation - of `provisioningEngine` */
export function operationOf(operation: ProvisioningOperation | TerminateOperation): TerraformOperation {
  const { id, type, provisionedProduct, launchRoleArn, tracerTag, identity } = operation;
  const provisioning = isProvisioning(operation) ? operation : undefined;
  return {
    id,
    type,
    provisionedProduct,
    productId: provisioning?.productId,
    provisioningArtifactId: provisioning?.provisioningArtifactId,
    accountId: identity.awsAccountId ?? 'unknown',
    launchRoleArn,
    tracerTag,
    tags: provisioning?.tags ?? {},
    parameters: provisioning?.parameters ?? {},
    artifact:
      provisioning === undefined ? undefined : `s3://${provisioning.artifact.bucket}/${provisioning.artifact.key}`,
  };
}

/** Whether an operation has an artifact. */
export function isProvisioning(operation: TerminateOperation): operation is ProvisioningOperation {
  return operation.type !== 'TERMINATE_PROVISIONED_PRODUCT';
}
