import type { Kernel } from '../kernel/kernel.ts';

/** The kinds of an operation, as records and messages name them. */
export const recordTypes = [
  'PROVISION_PRODUCT',
  'UPDATE_PROVISIONED_PRODUCT',
  'TERMINATE_PROVISIONED_PRODUCT',
] as const;

/** One of {@link recordTypes}. */
export type RecordType = (typeof recordTypes)[number];

/** The product types whose operations go to an engine, and how the names of that engine's parts begin. */
const PREFIXES = {
  EXTERNAL: 'ServiceCatalogExternal',
  TERRAFORM_OPEN_SOURCE: 'ServiceCatalogTerraformOS',
  TERRAFORM_CLOUD: 'ServiceCatalogTerraformCloud',
} as const;

/** A product type whose operations go to an engine. */
export type EngineType = keyof typeof PREFIXES;

/** Tells whether operations on products of a type go to an engine. */
export function isEngineType(type: string): type is EngineType {
  return Object.hasOwn(PREFIXES, type);
}

/** Where the engine of a product type is: in the product owner's account and the Region of the call, under fixed names. */
export interface EngineAddress {
  readonly queueArns: Readonly<Record<RecordType, string>>;
  readonly parserName: string;
  readonly parserArn: string;
}

/** The address of an engine, by the rule of the Administrator Guide, "Queue determination". */
export function engineAddress(
  kernel: Pick<Kernel, 'partition' | 'region' | 'accountId'>,
  type: EngineType,
): EngineAddress {
  const { partition, region, accountId } = kernel;
  const prefix = PREFIXES[type];
  const queue = (operation: string) =>
    `arn:${partition}:sqs:${region}:${accountId}:${prefix}${operation}OperationQueue`;
  const parserName = `${prefix}ParameterParser`;
  return {
    queueArns: {
      PROVISION_PRODUCT: queue('Provision'),
      UPDATE_PROVISIONED_PRODUCT: queue('Update'),
      TERMINATE_PROVISIONED_PRODUCT: queue('Terminate'),
    },
    parserName,
    parserArn: `arn:${partition}:lambda:${region}:${accountId}:function:${parserName}`,
  };
}
