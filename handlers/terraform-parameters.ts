import { parameterParser } from 'ringback/servicecatalog';
import { terraformParameters } from 'ringback/terraform';

/** Tells Service Catalog which variables a Terraform configuration has. */
export const handler = parameterParser(terraformParameters());
