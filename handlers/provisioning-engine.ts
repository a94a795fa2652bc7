import {
  type ChangedResource,
  deleteResource,
  follow,
  inOrder,
  type ResourceRequestError,
} from 'ringback/cloudcontrol';
import {
  type ProvisioningOperation,
  provisioningEngine,
  succeed,
  type TerminateOperation,
} from 'ringback/servicecatalog';
import { lookUpIn, orderedRequests } from './resources/ordered-requests.ts';
import { type ProductDefinition, readDefinition } from './resources/product-definition.ts';
import { createProductStore, type KeptResource } from './resources/product-store.ts';
import { resolveValues, type Values } from './resources/product-values.ts';
import { referencesIn, resolveReferences } from './resources/references.ts';

const store = createProductStore(process.env.PRODUCT_BUCKET ?? '');

const keyOf = ({ identity, provisionedProduct }: TerminateOperation) =>
  `${identity.awsAccountId ?? 'unknown'}/${provisionedProduct.id}.json`;

/** Brings a product to what its definition makes of the parameters; on an update, deletes what that no longer has. */
async function apply(operation: ProvisioningOperation) {
  const { signal } = operation;
  const key = keyOf(operation);
  const [definition, before] = await Promise.all([readDefinition(operation.artifact), store.read(key, signal)]);
  // A message to update names what the request named; the rest stays as it was.
  const values = resolveValues(definition, operation.parameters, before?.values);
  const known = { ...values, ProductId: operation.provisionedProduct.id };
  const { resources: entries } = definition;
  const former = before?.resources ?? [];
  const gone = former.filter(({ name }) => !entries.some((entry) => entry.name === name));
  let begun = 0;
  /** What is there is kept before anything is added, so that a failure leaves nothing that nobody knows of. */
  const keep = (made: readonly KeptResource[]) => store.write(key, { values, resources: merged(former, made) }, signal);
  const requests = orderedRequests(entries, {
    values: known,
    own: Object.fromEntries(former.map(({ name, identifier }) => [name, identifier])),
    async onBegin(made) {
      begun = made.length;
      await keep(kept(entries, made));
    },
  });
  try {
    return await follow(operation, inOrder([...requests, ...deletions(gone)]), {
      credentials: () => operation.launchRoleCredentials(),
      async outcome(done) {
        const made = done.slice(0, entries.length);
        await store.write(key, { values, resources: kept(entries, made) }, signal);
        return succeed({ outputs: await outputsOf(definition, made, known) });
      },
    });
  } catch (error) {
    const [name, identifier] = [entries[begun]?.name, (error as Partial<ResourceRequestError>).possibleRemnant];
    if (name !== undefined && identifier !== undefined) {
      const { resources = [] } = (await store.read(key, signal)) ?? {};
      await keep([...resources, { name, typeName: entries[begun]?.typeName ?? '', identifier }]);
    }
    throw error;
  }
}

async function terminate(operation: TerminateOperation) {
  const { signal } = operation;
  const state = await store.read(keyOf(operation), signal);
  return follow(operation, inOrder(deletions(state?.resources ?? [])), {
    credentials: () => operation.launchRoleCredentials(),
    outcome: () => store.remove(keyOf(operation), signal),
  });
}

/** The last that was made goes first: others may need those before it. */
function deletions(resources: readonly KeptResource[]) {
  return resources.toReversed().map(({ typeName, identifier }) => deleteResource({ typeName, identifier }));
}

function kept(entries: ProductDefinition['resources'], made: readonly ChangedResource[]): readonly KeptResource[] {
  return entries.flatMap(({ name }, index) => {
    const resource = made[index];
    return resource === undefined ? [] : [{ name, typeName: resource.typeName, identifier: resource.identifier }];
  });
}

function merged(former: readonly KeptResource[], made: readonly KeptResource[]): readonly KeptResource[] {
  return [...former.filter(({ name }) => !made.some((resource) => resource.name === name)), ...made];
}

async function outputsOf(
  { parameters, outputs, resources }: ProductDefinition,
  made: readonly ChangedResource[],
  values: Values,
) {
  const noEcho = new Set(parameters.filter((parameter) => parameter.noEcho).map(({ key }) => key));
  const lookUp = lookUpIn(resources, made, values);
  return Promise.all(
    Object.entries(outputs).map(async ([key, template]) => ({
      key,
      value: await resolveReferences(template, lookUp),
      sensitive: referencesIn(template).some(({ name }) => noEcho.has(name)),
    })),
  );
}

/**
 * An engine whose products are lists of Cloud Control resources, which the `product.json` of an artifact makes of the
 * parameters; made, changed and deleted as the launch role. `${ProductId}` tells one product's names from another's.
 */
export const handler = provisioningEngine({ provision: apply, update: apply, terminate }, { onCrash: 'retry' });
