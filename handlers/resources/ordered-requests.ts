import {
  type ChangedResource,
  ConfigurationError,
  createResource,
  deleteResource,
  ensureResource,
  type OrderedRequest,
} from 'ringback/cloudcontrol';
import { type LookUp, type Reference, referencesIn, resolveReferences } from './references.ts';
import type { ResourceEntry } from './resource-entry.ts';

/** Options of {@link orderedRequests}. */
export interface OrderOptions {
  /** What else may be referred to, by name, such as parameters. @defaultValue nothing */
  readonly values?: Readonly<Record<string, string>>;
  /**
   * Identifiers of the resources that are one's own, by name. What is not among them is created, and never taken over.
   *
   * @defaultValue whatever is there is taken over
   */
  readonly own?: Readonly<Record<string, string>>;
  /** Told before each request what was done so far. */
  readonly onBegin?: (before: readonly ChangedResource[]) => Promise<void>;
}

/**
 * A request for each entry that brings it to its desired state, with the references to those before it filled in.
 *
 * @throws ConfigurationError when a name or reference cannot be
 */
export function orderedRequests(
  entries: readonly ResourceEntry[],
  options: OrderOptions = {},
): readonly OrderedRequest[] {
  checkReferences(entries, Object.keys(options.values ?? {}));
  return entries.map((entry) => async (before) => {
    await options.onBegin?.(before);
    const { name, typeName, desiredState, identifier } = await resolveReferences(
      entry,
      lookUpIn(entries, before, options.values),
    );
    if (desiredState === null) {
      if (identifier === undefined)
        throw new ConfigurationError(`${name ?? typeName} is to be gone, and has no identifier`);
      return deleteResource({ typeName, identifier });
    }
    const { own } = options;
    if (own !== undefined && own[name ?? ''] === undefined) return createResource({ typeName, desiredState });
    const known = own?.[name ?? ''] ?? identifier;
    return ensureResource({ typeName, desiredState, ...(known === undefined ? {} : { identifier: known }) });
  });
}

/** Looks up values, and resources by the names of their entries. Properties are read once, when first asked for. */
export function lookUpIn(
  entries: readonly ResourceEntry[],
  resources: readonly ChangedResource[],
  values: Readonly<Record<string, string>> = {},
): LookUp {
  const read = new Map<ChangedResource, ReturnType<ChangedResource['properties']>>();
  return async ({ name, path }) => {
    if (Object.hasOwn(values, name)) return values[name];
    const resource = resources[entries.findIndex((entry) => entry.name === name)];
    if (resource === undefined) throw new ConfigurationError(`there is nothing of the name ${name}`);
    if (path.length === 0) return resource.identifier;
    const properties = read.get(resource) ?? resource.properties();
    read.set(resource, properties);
    return valueAt(await properties, { name, path });
  };
}

function valueAt(properties: Readonly<Record<string, unknown>>, { name, path }: Reference): unknown {
  let found: unknown = properties;
  for (const segment of path) found = (found as Readonly<Record<string, unknown>> | undefined)?.[segment];
  if (found !== undefined) return found;
  const known = Object.keys(properties).join(', ');
  throw new ConfigurationError(`${name} has no property ${path.join('.')}; it has ${known}`);
}

/** @throws ConfigurationError for a name that stands twice, and a reference to what does not come before it */
function checkReferences(entries: readonly ResourceEntry[], values: readonly string[]): void {
  const known = new Set(values);
  for (const { name, typeName, ...entry } of entries) {
    const wrong = referencesIn(entry).find((reference) => !known.has(reference.name));
    if (wrong !== undefined) {
      throw new ConfigurationError(
        `${name ?? typeName} refers to ${wrong.name}, but nothing of that name comes before it; \${!${wrong.name}} stands for the text`,
      );
    }
    if (name === undefined) continue;
    if (known.has(name)) throw new ConfigurationError(`the name ${name} stands for two things`);
    known.add(name);
  }
}
