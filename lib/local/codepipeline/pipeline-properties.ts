import type { RawMembers } from './raw-members.ts';

/** Maps whose keys are the user's own. */
const OWN_KEYS: ReadonlySet<string> = new Set(['configuration']);

/** A pipeline of the API as a template has its properties: the same members with a capital first letter. */
export function pipelineProperties(pipeline: RawMembers): RawMembers {
  const { artifactStores, ...rest } = pipeline;
  if (artifactStores === undefined) return capitalized(rest) as RawMembers;
  const stores = Object.entries(artifactStores as RawMembers).map(([Region, store]) => ({
    Region,
    ArtifactStore: capitalized(store),
  }));
  return { ...(capitalized(rest) as RawMembers), ArtifactStores: stores };
}

function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      OWN_KEYS.has(key) ? entry : capitalized(entry),
    ]),
  );
}
