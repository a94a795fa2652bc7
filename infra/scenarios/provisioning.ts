import type { Stage } from '../../lib/local/scenarios/scenario.ts';
import type { CatalogProduct } from './document-product.ts';
import { newToken, type ServiceCatalogCall } from './service-catalog-client.ts';

/** Has a product provisioned, and waits for its record. */
export function provision(
  stage: Stage,
  call: ServiceCatalogCall,
  { productId, artifactId }: CatalogProduct,
  name: string,
  parameters: Readonly<Record<string, string>>,
) {
  return follow(stage, call, 'ProvisionProduct', {
    ProductId: productId,
    ProvisioningArtifactId: artifactId,
    ProvisionedProductName: name,
    ProvisioningParameters: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })),
    ProvisionToken: newToken(),
  });
}

/** Asks for an operation, and waits for its record. */
export async function follow({ cloud }: Stage, call: ServiceCatalogCall, operation: string, input: object) {
  const { RecordDetail: record } = await call(operation, input);
  return cloud.servicecatalog.waitForRecord((record as { RecordId: string }).RecordId);
}

/** @throws Error unless a product is in a state, and its reason is one */
export function expectState(
  result: { readonly productStatus: string; readonly reason: string | undefined },
  state: string,
  reason?: RegExp,
): void {
  if (result.productStatus !== state) {
    throw new Error(
      `the product is ${result.productStatus}, not ${state}${result.reason ? ` (${result.reason})` : ''}`,
    );
  }
  if (reason !== undefined && !reason.test(result.reason ?? '')) {
    throw new Error(`expected it to fail with ${reason}, but got ${result.reason}`);
  }
}

/** @throws Error unless a text matches */
export function expectMatch(what: string, found: unknown, pattern: RegExp): void {
  if (!pattern.test(String(found))) throw new Error(`${what}: expected ${pattern}, but got ${JSON.stringify(found)}`);
}

/** @throws Error unless two values are the same as JSON */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: expected ${other}, but got ${one}`);
}
