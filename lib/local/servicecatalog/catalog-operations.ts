import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { ObjectPort } from '../kernel/ports.ts';
import type { Operation } from '../kernel/service.ts';
import { readSource } from './artifact-source.ts';
import type { Catalog, Product, ProvisioningArtifact } from './catalog.ts';
import { duplicate, invalidParameters, invalidState, notFound } from './catalog-errors.ts';
import { type EngineType, isEngineType } from './engine-address.ts';
import type { Idempotent } from './idempotency.ts';
import { portfolioDetail, productViewDetail, provisioningArtifactDetail } from './wire-shapes.ts';

/** What the operations on products and portfolios stand on. */
export interface CatalogParts {
  readonly kernel: Kernel;
  readonly catalog: Catalog;
  readonly objects: ObjectPort;
  readonly idempotent: Idempotent;
  /** Whether TERRAFORM_OPEN_SOURCE products can still be made. */
  readonly openSourceProducts: boolean;
}

interface ArtifactProperties {
  readonly Name?: string;
  readonly Description?: string;
  readonly Info?: Readonly<Record<string, string>>;
  readonly Type?: string;
  readonly DisableTemplateValidation?: boolean;
}

/** The operations of whoever keeps the catalog. */
export function createCatalogOperations(parts: CatalogParts): Readonly<Record<string, Operation>> {
  const { kernel, catalog, idempotent } = parts;

  function addArtifact(product: Product, properties: ArtifactProperties, author: Principal): ProvisioningArtifact {
    checkProperties(product.type, properties);
    const artifact: ProvisioningArtifact = {
      id: catalog.newId('pa'),
      name: properties.Name ?? `v${product.artifacts.length + 1}`,
      description: properties.Description,
      createdTime: kernel.clock.now(),
      info: properties.Info ?? {},
      content: readSource(parts.objects, author, properties.Info),
    };
    product.artifacts.push(artifact);
    return artifact;
  }

  return {
    CreatePortfolio: idempotent('CreatePortfolio', 'IdempotencyToken', (input, request) => {
      const id = catalog.newId('port');
      const arn = catalog.arnOf('portfolio', id);
      request.authorize('servicecatalog:CreatePortfolio', catalog.arnOf('portfolio', '*'));
      const createdTime = kernel.clock.now();
      const { DisplayName: name, ProviderName: providerName, Description: description } = input;
      const portfolio = { id, arn, name, providerName, description, createdTime };
      catalog.portfolios.set(id, portfolio);
      return { PortfolioDetail: portfolioDetail(portfolio), Tags: input.Tags ?? [] };
    }),

    CreateProduct: idempotent('CreateProduct', 'IdempotencyToken', (input, request) => {
      request.authorize('servicecatalog:CreateProduct', catalog.arnOf('product', '*'));
      const type = engineType(input.ProductType, parts.openSourceProducts);
      const id = catalog.newId('prod');
      const product: Product = {
        id,
        arn: catalog.arnOf('product', id),
        name: input.Name,
        owner: input.Owner,
        type,
        createdTime: kernel.clock.now(),
        summary: {
          ShortDescription: input.Description,
          Distributor: input.Distributor,
          SupportDescription: input.SupportDescription,
          SupportEmail: input.SupportEmail,
          SupportUrl: input.SupportUrl,
        },
        tags: input.Tags ?? [],
        artifacts: [],
        paths: new Map(),
      };
      const artifact = addArtifact(product, input.ProvisioningArtifactParameters ?? {}, request.principal);
      catalog.products.set(id, product);
      return {
        ProductViewDetail: productViewDetail(product),
        ProvisioningArtifactDetail: provisioningArtifactDetail(product, artifact),
        Tags: product.tags,
      };
    }),

    CreateProvisioningArtifact: idempotent('CreateProvisioningArtifact', 'IdempotencyToken', (input, request) => {
      const product = catalog.product({ id: input.ProductId });
      request.authorize('servicecatalog:CreateProvisioningArtifact', product.arn);
      const artifact = addArtifact(product, input.Parameters, request.principal);
      return {
        ProvisioningArtifactDetail: provisioningArtifactDetail(product, artifact),
        Info: artifact.info,
        Status: 'AVAILABLE',
      };
    }),

    AssociateProductWithPortfolio(input, request) {
      const product = catalog.product({ id: input.ProductId });
      request.authorize('servicecatalog:AssociateProductWithPortfolio', product.arn);
      const portfolio = portfolioOf(catalog, input.PortfolioId);
      if (!product.paths.has(portfolio.id)) {
        const path = { id: catalog.newId('lpv3'), portfolioId: portfolio.id, portfolioName: portfolio.name };
        product.paths.set(portfolio.id, { ...path, launchRoleArn: undefined });
      }
      return {};
    },

    AssociatePrincipalWithPortfolio(input, request) {
      const portfolio = portfolioOf(catalog, input.PortfolioId);
      request.authorize('servicecatalog:AssociatePrincipalWithPortfolio', portfolio.arn);
      return {};
    },

    CreateConstraint: idempotent('CreateConstraint', 'IdempotencyToken', (input, request) => {
      const product = catalog.product({ id: input.ProductId });
      request.authorize('servicecatalog:CreateConstraint', product.arn);
      const path = product.paths.get(portfolioOf(catalog, input.PortfolioId).id);
      if (path === undefined) throw notFound('Association of product and portfolio', input.ProductId);
      if (input.Type !== 'LAUNCH') {
        throw invalidParameters(`Constraints of type ${input.Type} are not simulated; LAUNCH is.`);
      }
      const launchRoleArn = launchRoleOf(kernel, input.Parameters);
      if (path.launchRoleArn !== undefined) {
        throw duplicate(
          `Product ${product.id} has a LAUNCH constraint in portfolio ${path.portfolioId} already, with the role ${path.launchRoleArn}.`,
        );
      }
      path.launchRoleArn = launchRoleArn;
      return {
        ConstraintDetail: {
          ConstraintId: catalog.newId('cons'),
          Type: input.Type,
          Description: input.Description,
          Owner: kernel.accountId,
          ProductId: product.id,
          PortfolioId: path.portfolioId,
        },
        ConstraintParameters: input.Parameters,
        Status: 'AVAILABLE',
      };
    }),
  };
}

function engineType(type: string, openSourceProducts: boolean): EngineType {
  if (!isEngineType(type)) throw invalidParameters(`Products of type ${type} are not simulated; EXTERNAL ones are.`);
  if (type === 'TERRAFORM_OPEN_SOURCE' && !openSourceProducts) {
    throw invalidState(
      `1 validation error detected: Value '${type}' at 'productType' failed to satisfy constraint: Member must satisfy enum value set: [CLOUD_FORMATION_TEMPLATE, TERRAFORM_CLOUD, EXTERNAL]`,
    );
  }
  return type;
}

function checkProperties(type: EngineType, { Type, DisableTemplateValidation }: ArtifactProperties): void {
  if (Type !== type) {
    throw invalidParameters(`Provisioning artifact type ${Type} does not match the product type ${type}.`);
  }
  if (DisableTemplateValidation !== true) {
    throw invalidParameters(`Product type ${type} requires DisableTemplateValidation set to true`);
  }
}

function portfolioOf(catalog: Catalog, id: string) {
  const portfolio = catalog.portfolios.get(id);
  if (portfolio === undefined) throw notFound('Portfolio', id);
  return portfolio;
}

function launchRoleOf({ partition, accountId }: Kernel, text: string): string {
  let parameters: { RoleArn?: unknown; LocalRoleName?: unknown } | null = null;
  try {
    parameters = JSON.parse(text);
  } catch {
    // Falls through to the message below.
  }
  if (parameters?.RoleArn !== undefined && parameters.LocalRoleName !== undefined) {
    throw invalidParameters('Parameters of a LAUNCH constraint have RoleArn or LocalRoleName, but not both.');
  }
  if (typeof parameters?.RoleArn === 'string') return parameters.RoleArn;
  if (typeof parameters?.LocalRoleName === 'string') {
    return `arn:${partition}:iam::${accountId}:role/${parameters.LocalRoleName}`;
  }
  throw invalidParameters('Parameters of a LAUNCH constraint must be JSON with RoleArn or LocalRoleName.');
}
