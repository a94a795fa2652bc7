import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionPort, ObjectPort, QueuePort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/servicecatalog.json' with { type: 'json' };
import { createArtifactStore } from './artifact-store.ts';
import { createCatalog } from './catalog.ts';
import { notFound } from './catalog-errors.ts';
import { createCatalogOperations } from './catalog-operations.ts';
import { createIdempotency } from './idempotency.ts';
import { createNotifyOperations } from './notify-operations.ts';
import { createParseParameters } from './parse-parameters.ts';
import { createProvisionedProducts } from './provisioned-products.ts';
import { createProvisioningOperations } from './provisioning-operations.ts';
import { createReadOperations } from './read-operations.ts';
import { type RecordResult, recordResult } from './record-result.ts';
import { createWorkflow } from './workflow.ts';

/** What Service Catalog reaches of the other services. */
export interface ServiceCatalogOptions {
  readonly functions: FunctionPort;
  /** Where new versions are read from, and where Service Catalog keeps a bucket of its own. */
  readonly s3: ObjectPort & Pick<LocalService, 'resources'>;
  readonly queues: QueuePort;
  /** Allows new TERRAFORM_OPEN_SOURCE products, which AWS has refused since December 2023. @defaultValue false */
  readonly openSourceProducts?: boolean;
}

/** A product, for lists and look-ups. */
export interface CatalogProduct {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Whether it is in a portfolio, with a launch role. */
  readonly canBeLaunched: boolean;
  readonly versions: readonly { readonly id: string; readonly name: string }[];
}

/** Service Catalog, and the way to follow it inside the process. */
export interface ServiceCatalogService extends LocalService {
  /** Resolves when an operation has ended. @throws AwsError ResourceNotFoundException */
  waitForRecord(recordId: string): Promise<RecordResult>;
  /** The products that there are, whether somebody may launch them or not. */
  products(): readonly CatalogProduct[];
}

/** Creates Service Catalog (JSON 1.1) for products whose operations an engine performs. */
export function createServiceCatalog(kernel: Kernel, options: ServiceCatalogOptions): ServiceCatalogService {
  const { functions, s3, queues } = options;
  const catalog = createCatalog(kernel);
  const provisioned = createProvisionedProducts(kernel);
  const artifacts = createArtifactStore(kernel, s3);
  const workflow = createWorkflow(kernel, queues, artifacts);
  const idempotent = createIdempotency();
  const openSourceProducts = options.openSourceProducts ?? false;
  return {
    name: 'servicecatalog',
    json: {
      targetPrefix: 'AWS242ServiceCatalogService',
      jsonVersion: '1.1',
      model,
      operations: {
        ...createCatalogOperations({ kernel, catalog, objects: s3, idempotent, openSourceProducts }),
        ...createProvisioningOperations({ kernel, catalog, provisioned, workflow, idempotent }),
        ...createReadOperations({
          catalog,
          provisioned,
          workflow,
          parse: createParseParameters(kernel, functions, artifacts),
        }),
        ...createNotifyOperations(workflow),
      },
    },
    products: () =>
      [...catalog.products.values()].map(({ id, name, type, artifacts: versions, paths }) => ({
        id,
        name,
        type,
        canBeLaunched: [...paths.values()].some(({ launchRoleArn }) => launchRoleArn !== undefined),
        versions: versions.map((version) => ({ id: version.id, name: version.name })),
      })),
    async waitForRecord(recordId) {
      const record = workflow.records.get(recordId);
      if (record === undefined) throw notFound('Record', recordId);
      return recordResult(await workflow.settled(record));
    },
  };
}
