import type { Kernel } from '../kernel/kernel.ts';
import { checkNaming, type Naming } from './catalog.ts';
import { notFound } from './catalog-errors.ts';
import type { ProvisionedProduct } from './provisioned-product.ts';

/** The provisioned products of the account, those that are gone among them. */
export interface ProvisionedProducts {
  /** Keeps a new one and gives it its ARN. */
  add(target: ProvisionedProduct): ProvisionedProduct;
  /** Finds one that is not gone, by id, name or ARN. */
  find(naming: Naming): ProvisionedProduct | undefined;
  /** @throws AwsError ResourceNotFoundException, InvalidParametersException */
  get(naming: Naming): ProvisionedProduct;
  /** All that are not gone, oldest first. */
  list(): readonly ProvisionedProduct[];
}

/** Creates an empty list. */
export function createProvisionedProducts({ partition, region, accountId }: Kernel): ProvisionedProducts {
  const all: ProvisionedProduct[] = [];
  const list = () => all.filter(({ gone }) => !gone);
  const find = ({ id, name }: Naming) =>
    list().find((target) => (id === undefined ? target.name === name || target.arn === name : target.id === id));
  return {
    add(target) {
      const arn = `arn:${partition}:servicecatalog:${region}:${accountId}:stack/${target.name}/${target.id}`;
      const added = { ...target, arn };
      all.push(added);
      return added;
    },
    find,
    get(naming) {
      checkNaming('Provisioned product', naming);
      const found = find(naming);
      if (found === undefined) throw notFound('Provisioned product', naming.id ?? naming.name ?? '');
      return found;
    },
    list,
  };
}
