/** The product types whose operations go to an engine. TERRAFORM_OPEN_SOURCE is closed to new products. */
export const engineProductTypes = ['EXTERNAL', 'TERRAFORM_OPEN_SOURCE', 'TERRAFORM_CLOUD'] as const;

/** One of {@link engineProductTypes}. */
export type EngineProductType = (typeof engineProductTypes)[number];

/** The names under which Service Catalog finds an engine, and launch roles its roles. */
export interface EngineNames {
  readonly provisionQueue: string;
  readonly updateQueue: string;
  readonly terminateQueue: string;
  readonly parser: string;
  /** How the name of the engine's role begins. */
  readonly engineRole: string;
  /** How the name of the parser's role begins. */
  readonly parserRole: string;
}

/**
 * The path of an engine's roles. With it and the names below, the trust policy that AWS documents for launch roles
 * takes them in.
 *
 * See https://docs.aws.amazon.com/servicecatalog/latest/adminguide/getstarted-launchrole-Terraform.html
 */
export const ENGINE_ROLE_PATH = '/TerraformEngine/';

/** The names of an engine's parts. See https://docs.aws.amazon.com/servicecatalog/latest/adminguide/external-engine.html */
export function engineNames(productType: EngineProductType): EngineNames {
  const kind = { EXTERNAL: 'External', TERRAFORM_OPEN_SOURCE: 'TerraformOS', TERRAFORM_CLOUD: 'TerraformCloud' }[
    productType
  ];
  const prefix = `ServiceCatalog${kind}`;
  return {
    provisionQueue: `${prefix}ProvisionOperationQueue`,
    updateQueue: `${prefix}UpdateOperationQueue`,
    terminateQueue: `${prefix}TerminateOperationQueue`,
    parser: `${prefix}ParameterParser`,
    engineRole: productType === 'EXTERNAL' ? 'TerraformExecutionRole' : `TerraformExecutionRole${kind}`,
    parserRole: `${prefix}ParameterParserRole`,
  };
}
