/**
 * The key of the tag by which Service Catalog finds the resources of a provisioned product; a convention of AWS's own
 * Terraform engine, kept so that products may move from engine to engine.
 */
export const TRACER_TAG_KEY = 'SERVICE_CATALOG_TERRAFORM_INTEGRATION-DO_NOT_DELETE';

/** A tag that every resource of one provisioned product must bear. */
export interface TracerTag {
  readonly key: string;
  readonly value: string;
}

/** The tracer tag of a provisioned product. */
export function tracerTagOf(provisionedProductId: string): TracerTag {
  return { key: TRACER_TAG_KEY, value: provisionedProductId };
}
