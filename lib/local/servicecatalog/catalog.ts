import type { Kernel } from '../kernel/kernel.ts';
import { invalidParameters, notFound } from './catalog-errors.ts';
import type { EngineType } from './engine-address.ts';
import { newId } from './ids.ts';

/** One version of a product. */
export interface ProvisioningArtifact {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly createdTime: number;
  /** Where it was read from, as its author wrote it. */
  readonly info: Readonly<Record<string, string>>;
  /** The file as it was when the version was made. */
  readonly content: Buffer;
}

/** A product of the catalog. */
export interface Product {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly owner: string;
  readonly type: EngineType;
  readonly createdTime: number;
  readonly summary: Readonly<Record<string, string | undefined>>;
  readonly tags: readonly Tag[];
  /** Newest last. */
  readonly artifacts: ProvisioningArtifact[];
  /** Portfolios that offer it, and the launch role that each prescribes. */
  readonly paths: Map<string, LaunchPath>;
}

/** The way by which a product is offered: a portfolio. */
export interface LaunchPath {
  readonly id: string;
  readonly portfolioId: string;
  readonly portfolioName: string;
  launchRoleArn: string | undefined;
}

/** A portfolio. */
export interface Portfolio {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly providerName: string;
  readonly description: string | undefined;
  readonly createdTime: number;
}

/** A tag as the API writes it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** How a request names something: by one of its two members. */
export interface Naming {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** The products and portfolios of the account. */
export interface Catalog {
  readonly portfolios: Map<string, Portfolio>;
  readonly products: Map<string, Product>;
  /** An id in the form of the service's own, such as `prod-xayh7l3a7e66m`. */
  newId(prefix: string): string;
  /** The ARN of a product or portfolio. */
  arnOf(kind: 'product' | 'portfolio', id: string): string;
  /** @throws AwsError ResourceNotFoundException */
  product(naming: Naming): Product;
  /** @throws AwsError ResourceNotFoundException */
  artifact(product: Product, naming: Naming): ProvisioningArtifact;
  /** The path that a request names, or the only one there is; undefined where there is none. @throws AwsError */
  path(product: Product, naming: Naming): LaunchPath | undefined;
}

/** Creates an empty catalog. */
export function createCatalog(kernel: Kernel): Catalog {
  const portfolios = new Map<string, Portfolio>();
  const products = new Map<string, Product>();

  return {
    portfolios,
    products,
    newId: (prefix) => newId(kernel, prefix),
    arnOf: (kind, id) => `arn:${kernel.partition}:catalog:${kernel.region}:${kernel.accountId}:${kind}/${id}`,
    product: (naming) => pick('Product', [...products.values()], naming),
    artifact: (product, naming) => pick('Provisioning artifact', product.artifacts, naming),
    path(product, naming) {
      const paths = [...product.paths.values()];
      if (naming.id === undefined && naming.name === undefined) {
        if (paths.length <= 1) return paths[0];
        const known = paths.map((path) => `${path.id} (${path.portfolioName})`).join(', ');
        throw invalidParameters(
          `Product ${product.id} has ${paths.length} launch paths: give PathId or PathName of ${known}.`,
        );
      }
      const named = paths.map((path) => ({ id: path.id, name: path.portfolioName, path }));
      return pick('Launch path', named, naming).path;
    },
  };
}

/** Refuses what is named by both members or by neither. @throws AwsError InvalidParametersException */
export function checkNaming(what: string, { id, name }: Naming): void {
  if (id === undefined && name === undefined) throw invalidParameters(`${what}: give its id or its name.`);
  if (id === undefined || name === undefined) return;
  throw invalidParameters(`${what}: give its id or its name, but not both; got the id ${id} and the name ${name}.`);
}

function pick<Item extends { readonly id: string; readonly name: string }>(
  what: string,
  items: readonly Item[],
  naming: Naming,
): Item {
  checkNaming(what, naming);
  const { id, name } = naming;
  const found = items.find((item) => (id === undefined ? item.name === name : item.id === id));
  if (found === undefined) throw notFound(what, id ?? name ?? '');
  return found;
}
