import {
  type ProvisioningOperation,
  provisioningEngine,
  succeed,
  type TerminateOperation,
} from 'ringback/servicecatalog';
import { createDocumentStore, type ProductState } from './document-product/document-store.ts';
import { readDefinition } from './document-product/product-definition.ts';
import { fillIn, resolveValues } from './document-product/render-document.ts';

const store = createDocumentStore(process.env.PRODUCT_BUCKET ?? '');

const keyOf = ({ identity, provisionedProduct }: TerminateOperation) =>
  `${identity.awsAccountId ?? 'unknown'}/${provisionedProduct.id}.json`;

async function apply(operation: ProvisioningOperation, before: ProductState | undefined) {
  const definition = await readDefinition(operation.artifact);
  const noEcho = new Set(definition.parameters.filter((parameter) => parameter.noEcho).map(({ key }) => key));
  // A message to update names what the request named; the rest stays as it was.
  const values = resolveValues(definition, operation.parameters, before?.values);
  const tags = { ...operation.tags, [operation.tracerTag.key]: operation.tracerTag.value };
  const document = fillIn(definition.document, values);
  const address = await store.write(keyOf(operation), { values, document, tags }, operation.signal);
  const used = (template: string) => [...noEcho].some((key) => template.includes(`\${${key}}`));
  return succeed({
    outputs: [
      { key: 'DocumentAddress', value: address, description: 'Where the document of this product is' },
      ...Object.entries(definition.outputs).map(([key, template]) => ({
        key,
        value: fillIn(template, values),
        sensitive: used(template),
      })),
    ],
  });
}

/**
 * An engine whose products are JSON documents in a bucket: what a `product.json` in the artifact makes of the
 * parameters. It stands where an engine that makes real resources will stand.
 */
export const handler = provisioningEngine({
  provision: (operation) => apply(operation, undefined),
  update: async (operation) => apply(operation, await store.read(keyOf(operation), operation.signal)),
  terminate: (operation) => store.remove(keyOf(operation), operation.signal),
});
