import type { Operation } from '../kernel/service.ts';
import type { Catalog } from './catalog.ts';
import { invalidParameters, notFound } from './catalog-errors.ts';
import { page } from './page.ts';
import type { ParseParameters } from './parse-parameters.ts';
import type { ProvisionedProduct } from './provisioned-product.ts';
import type { ProvisionedProducts } from './provisioned-products.ts';
import {
  provisionedProductAttribute,
  provisionedProductDetail,
  provisioningArtifactDetail,
  recordDetail,
} from './wire-shapes.ts';
import type { Workflow } from './workflow.ts';

/** What the reading operations stand on. */
export interface ReadParts {
  readonly catalog: Catalog;
  readonly provisioned: ProvisionedProducts;
  readonly workflow: Workflow;
  readonly parse: ParseParameters;
}

/** The operations that change nothing. */
export function createReadOperations({ catalog, provisioned, workflow, parse }: ReadParts): Record<string, Operation> {
  const records = () => [...workflow.records.values()].reverse();

  return {
    async DescribeProvisioningParameters(input, request) {
      const product = catalog.product({ id: input.ProductId, name: input.ProductName });
      request.authorize('servicecatalog:DescribeProvisioningParameters', product.arn);
      const artifact = catalog.artifact(product, {
        id: input.ProvisioningArtifactId,
        name: input.ProvisioningArtifactName,
      });
      const path = catalog.path(product, { id: input.PathId, name: input.PathName });
      return {
        ProvisioningArtifactParameters: await parse(product, artifact, path?.launchRoleArn),
        ConstraintSummaries: path?.launchRoleArn === undefined ? [] : [{ Type: 'LAUNCH', Description: '' }],
        UsageInstructions: [],
        TagOptions: [],
      };
    },

    // The administrator's view has no launch path, so the parser is told no launch role.
    async DescribeProvisioningArtifact(input, request) {
      const product = catalog.product({ id: input.ProductId, name: input.ProductName });
      request.authorize('servicecatalog:DescribeProvisioningArtifact', product.arn);
      const artifact = catalog.artifact(product, {
        id: input.ProvisioningArtifactId,
        name: input.ProvisioningArtifactName,
      });
      return {
        ProvisioningArtifactDetail: provisioningArtifactDetail(product, artifact),
        Info: artifact.info,
        Status: 'AVAILABLE',
        ...(input.IncludeProvisioningArtifactParameters
          ? { ProvisioningArtifactParameters: await parse(product, artifact, undefined) }
          : {}),
      };
    },

    DescribeRecord(input, request) {
      request.authorize('servicecatalog:DescribeRecord', '*');
      const record = workflow.records.get(input.Id);
      if (record === undefined) throw notFound('Record', input.Id);
      const { items, NextPageToken } = page('DescribeRecord', record.outputs, input);
      return { RecordDetail: recordDetail(record), RecordOutputs: items, NextPageToken };
    },

    DescribeProvisionedProduct(input, request) {
      const target = provisioned.get({ id: input.Id, name: input.Name });
      request.authorize('servicecatalog:DescribeProvisionedProduct', '*');
      return { ProvisionedProductDetail: provisionedProductDetail(target), CloudWatchDashboards: [] };
    },

    GetProvisionedProductOutputs(input, request) {
      const target = provisioned.get({ id: input.ProvisionedProductId, name: input.ProvisionedProductName });
      request.authorize('servicecatalog:GetProvisionedProductOutputs', '*');
      const wanted: readonly string[] | undefined = input.OutputKeys;
      const outputs = target.outputs.filter(({ OutputKey = '' }) => wanted?.includes(OutputKey) ?? true);
      const { items, NextPageToken } = page('GetProvisionedProductOutputs', outputs, input);
      return { Outputs: items, NextPageToken };
    },

    ListRecordHistory(input, request) {
      request.authorize('servicecatalog:ListRecordHistory', '*');
      const { Key, Value } = input.SearchFilter ?? {};
      const found = records().filter(({ target }) => {
        if (Key === undefined) return true;
        if (Key.toLowerCase() === 'product') return target.product.id === Value;
        if (Key.toLowerCase() === 'provisionedproduct') return target.id === Value;
        throw invalidParameters(`SearchFilter has the key ${Key}; it may be product or provisionedproduct.`);
      });
      const { items, NextPageToken } = page('ListRecordHistory', found, input);
      return { RecordDetails: items.map(recordDetail), NextPageToken };
    },

    SearchProvisionedProducts(input, request) {
      request.authorize('servicecatalog:SearchProvisionedProducts', '*');
      const queries: readonly string[] = input.Filters?.SearchQuery ?? [];
      const found = provisioned.list().filter((target) => queries.every((query) => matches(target, query)));
      const sorted = sortedBy(found, input);
      const { items, NextPageToken } = page('SearchProvisionedProducts', sorted, input);
      return {
        ProvisionedProducts: items.map(provisionedProductAttribute),
        TotalResultsCount: found.length,
        NextPageToken,
      };
    },
  };
}

/** What a search looks at, and sorts by, in the names of the API Reference. */
const FIELDS: ReadonlyMap<string, (target: ProvisionedProduct) => string> = new Map(
  Object.entries({
    arn: ({ arn }) => arn,
    id: ({ id }) => id,
    name: ({ name }) => name,
    productId: ({ product }) => product.id,
    productName: ({ product }) => product.name,
    provisioningArtifactId: ({ artifact }) => artifact.id,
    provisioningArtifactName: ({ artifact }) => artifact.name,
    createdTime: ({ createdTime }) => new Date(createdTime).toISOString(),
    idempotencyToken: ({ provisionToken }) => provisionToken,
    userArn: ({ createdBy }) => createdBy.roleArn ?? createdBy.arn,
    userArnSession: ({ createdBy }) => createdBy.arn,
    status: ({ status }) => status,
    type: ({ product }) => product.type,
    lastRecordId: ({ records }) => records.at(-1)?.id ?? '',
    lastProvisioningRecordId: ({ records }) =>
      records.findLast(({ type }) => type !== 'TERMINATE_PROVISIONED_PRODUCT')?.id ?? '',
    lastSuccessfulProvisioningRecordId: (target) => target.lastSuccessfulProvisioningRecordId ?? '',
  } satisfies Record<string, (target: ProvisionedProduct) => string>),
);

/** @throws AwsError InvalidParametersException for a field that there is not */
function sortedBy(
  found: readonly ProvisionedProduct[],
  { SortBy, SortOrder }: { readonly SortBy?: string; readonly SortOrder?: string },
): readonly ProvisionedProduct[] {
  const fieldOf = SortBy === undefined ? undefined : FIELDS.get(SortBy);
  if (SortBy !== undefined && fieldOf === undefined) {
    throw invalidParameters(`SortBy is ${SortBy}, by which provisioned products are not sorted.`);
  }
  const rising = fieldOf === undefined ? found : found.toSorted((one, other) => order(fieldOf(one), fieldOf(other)));
  return SortOrder === 'DESCENDING' ? rising.toReversed() : rising;
}

const order = (one: string, other: string) => (one < other ? -1 : Number(one > other));

/** A query is a word, or `field:value`. */
function matches(target: ProvisionedProduct, query: string): boolean {
  const colon = query.indexOf(':');
  const fieldOf = colon < 0 ? undefined : FIELDS.get(query.slice(0, colon));
  const sought = (fieldOf === undefined ? query : query.slice(colon + 1)).replace(/^"(.*)"$/, '$1').toLowerCase();
  if (fieldOf !== undefined) return fieldOf(target).toLowerCase() === sought;
  return [...FIELDS.values()].some((read) => read(target).toLowerCase().includes(sought));
}
