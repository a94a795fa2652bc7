import { parameterParser } from 'ringback/servicecatalog';
import { readDefinition } from './resources/product-definition.ts';

/** Tells Service Catalog which parameters the `product.json` of an artifact asks for. */
export const handler = parameterParser(async ({ artifact }) => {
  const { parameters } = await readDefinition(artifact);
  return parameters.map(({ key, type, description, default: defaultValue, noEcho, allowed }) => ({
    key,
    type,
    defaultValue,
    // Service Catalog has no place for the values that are allowed, so a person must read them.
    description: allowed === undefined ? description : `${description} (one of ${allowed.join(', ')})`.trim(),
    isNoEcho: noEcho,
  }));
});
