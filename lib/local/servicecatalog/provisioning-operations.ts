import type { Kernel } from '../kernel/kernel.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';
import type { Catalog, Naming, Product } from './catalog.ts';
import { duplicate, invalidParameters, invalidState } from './catalog-errors.ts';
import type { Idempotent } from './idempotency.ts';
import type { ProvisionedProduct } from './provisioned-product.ts';
import type { ProvisionedProducts } from './provisioned-products.ts';
import { recordDetail } from './wire-shapes.ts';
import type { Workflow } from './workflow.ts';

/** What the operations on provisioned products stand on. */
export interface ProvisioningParts {
  readonly kernel: Kernel;
  readonly catalog: Catalog;
  readonly provisioned: ProvisionedProducts;
  readonly workflow: Workflow;
  readonly idempotent: Idempotent;
}

interface ParameterInput {
  readonly Key?: string;
  readonly Value?: string;
  readonly UsePreviousValue?: boolean;
}

/** The operations that begin work of an engine: provision, update and terminate. */
export function createProvisioningOperations(parts: ProvisioningParts): Readonly<Record<string, Operation>> {
  const { kernel, catalog, provisioned, workflow, idempotent } = parts;

  /** Tells of what a request asks for, and no engine is told. */
  function tellIgnored(operation: string, input: object, ...members: readonly string[]): void {
    for (const member of members.filter((name) => Object.hasOwn(input, name))) {
      kernel.events.emit('notice', { message: `"${member}" of ${operation} is not simulated` });
    }
  }

  return {
    ProvisionProduct: idempotent('ProvisionProduct', 'ProvisionToken', (input, request) => {
      const product = catalog.product(productNaming(input));
      request.authorize('servicecatalog:ProvisionProduct', product.arn);
      const artifact = catalog.artifact(product, artifactNaming(input));
      const { path, launchRoleArn } = launchOf(catalog, product, input);
      const name: string = input.ProvisionedProductName;
      if (provisioned.find({ name }) !== undefined) {
        throw duplicate(`A provisioned product named ${name} exists already.`);
      }
      const target: ProvisionedProduct = {
        id: catalog.newId('pp'),
        name,
        arn: '',
        product,
        createdTime: kernel.clock.now(),
        createdBy: request.principal,
        provisionToken: input.ProvisionToken,
        launchRoleArn,
        path,
        artifact,
        status: 'UNDER_CHANGE',
        statusMessage: undefined,
        parameters: parametersOf(input.ProvisioningParameters, new Map()),
        tags: input.Tags ?? [],
        outputs: [],
        records: [],
        lastSuccessfulProvisioningRecordId: undefined,
        gone: false,
      };
      const added = provisioned.add(target);
      const record = workflow.begin(added, {
        type: 'PROVISION_PRODUCT',
        requestToken: input.ProvisionToken,
        requestedBy: request.principal,
        parameters: added.parameters,
      });
      tellIgnored('ProvisionProduct', input, 'NotificationArns', 'ProvisioningPreferences');
      return { RecordDetail: recordDetail(record) };
    }),

    UpdateProvisionedProduct: idempotent('UpdateProvisionedProduct', 'UpdateToken', (input, request) => {
      const target = changeable(provisioned, 'update', input, request);
      if (target.status === 'ERROR') {
        throw invalidState(
          `Can't update provisioned product ${target.name} in status ERROR; it can only be terminated`,
        );
      }
      checkProduct(catalog, target, input);
      const named = artifactNaming(input);
      const isNamed = named.id !== undefined || named.name !== undefined;
      const artifact = isNamed ? catalog.artifact(target.product, named) : target.artifact;
      const parameters = parametersOf(input.ProvisioningParameters, target.parameters);
      // Nothing is refused from here on: a request that is changes nothing.
      target.artifact = artifact;
      target.parameters = new Map([...target.parameters, ...parameters]);
      target.tags = input.Tags ?? target.tags;
      const record = workflow.begin(target, {
        type: 'UPDATE_PROVISIONED_PRODUCT',
        requestToken: input.UpdateToken,
        requestedBy: request.principal,
        parameters,
      });
      tellIgnored('UpdateProvisionedProduct', input, 'PathId', 'PathName', 'ProvisioningPreferences');
      return { RecordDetail: recordDetail(record) };
    }),

    TerminateProvisionedProduct: idempotent('TerminateProvisionedProduct', 'TerminateToken', (input, request) => {
      const target = changeable(provisioned, 'terminate', input, request);
      const record = workflow.begin(target, {
        type: 'TERMINATE_PROVISIONED_PRODUCT',
        requestToken: input.TerminateToken,
        requestedBy: request.principal,
        parameters: new Map(),
        ignoreErrors: input.IgnoreErrors === true,
      });
      if (input.RetainPhysicalResources === true) {
        tellIgnored('TerminateProvisionedProduct', input, 'RetainPhysicalResources');
      }
      return { RecordDetail: recordDetail(record) };
    }),
  };
}

/** The provisioned product of a request, unless an engine is at work on it. @throws AwsError */
function changeable(
  provisioned: ProvisionedProducts,
  verb: 'update' | 'terminate',
  input: { ProvisionedProductId?: string; ProvisionedProductName?: string },
  request: RequestContext,
): ProvisionedProduct {
  const target = provisioned.get({ id: input.ProvisionedProductId, name: input.ProvisionedProductName });
  request.authorize(
    `servicecatalog:${verb === 'update' ? 'Update' : 'Terminate'}ProvisionedProduct`,
    target.product.arn,
  );
  if (target.status === 'UNDER_CHANGE') {
    throw invalidState(
      `Can't ${verb} provisioned product because it's still under change or its status does not allow further operation`,
    );
  }
  return target;
}

function launchOf(catalog: Catalog, product: Product, input: { PathId?: string; PathName?: string }) {
  const path = catalog.path(product, { id: input.PathId, name: input.PathName });
  if (path === undefined) throw invalidParameters(`No launch paths found for resource: ${product.id}`);
  if (path.launchRoleArn === undefined) {
    throw invalidParameters(
      `Product ${product.id} of type ${product.type} needs a launch constraint with a launch role in portfolio ${path.portfolioId}.`,
    );
  }
  return { path, launchRoleArn: path.launchRoleArn };
}

function checkProduct(catalog: Catalog, target: ProvisionedProduct, input: Parameters<typeof productNaming>[0]): void {
  const naming = productNaming(input);
  if (naming.id === undefined && naming.name === undefined) return;
  if (catalog.product(naming).id !== target.product.id) {
    throw invalidParameters(
      `${target.name} was provisioned from ${target.product.id}, and cannot become another product.`,
    );
  }
}

/** The parameters that a request names, those with UsePreviousValue as they were. */
function parametersOf(
  inputs: readonly ParameterInput[] = [],
  previous: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const { Key = '', Value = '', UsePreviousValue = false } of inputs) {
    if (parameters.has(Key)) throw invalidParameters(`Parameter ${Key} is given twice.`);
    if (UsePreviousValue && !previous.has(Key)) throw invalidParameters(`Parameter ${Key} has no previous value.`);
    parameters.set(Key, UsePreviousValue ? (previous.get(Key) ?? '') : Value);
  }
  return parameters;
}

function productNaming(input: { ProductId?: string; ProductName?: string }): Naming {
  return { id: input.ProductId, name: input.ProductName };
}

function artifactNaming(input: { ProvisioningArtifactId?: string; ProvisioningArtifactName?: string }): Naming {
  return { id: input.ProvisioningArtifactId, name: input.ProvisioningArtifactName };
}
