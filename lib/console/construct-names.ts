import type { Deployment } from '../local/template/deployment.ts';

/** Shorter ids may be words of a sentence. */
const SHORTEST = 8;

/** Calls resources in a text by the paths of their constructs, such as `Stack/Gate`. */
export type Rename = (text: string) => string;

/** Creates the way from physical ids to construct paths; resources without a path go by their logical id. */
export function constructNames({ stacks }: Pick<Deployment, 'stacks'>): Rename {
  const paths = new Map<string, string>();
  for (const { physicalId, path, logicalId } of stacks.flatMap(({ resources }) => [...resources.values()])) {
    const [id, name] = [nameIn(physicalId), path?.replace(/\/Resource$/, '') ?? logicalId];
    // What belongs to a resource, such as its policy, may have the same id, and a longer path.
    if (name.length < (paths.get(id)?.length ?? Number.POSITIVE_INFINITY)) paths.set(id, name);
  }
  const ids = [...paths.keys()].filter((id) => id.length >= SHORTEST && /[A-Z0-9]/.test(id));
  if (ids.length === 0) return (text) => text;
  // The longest first: an id may be the beginning of another.
  const any = ids.sort((one, other) => other.length - one.length).map(escaped);
  const pattern = new RegExp(`(?<![\\w-])(?:${any.join('|')})(?![\\w-])`, 'g');
  return (text) => text.replaceAll(pattern, (id) => paths.get(id) ?? id);
}

/** A queue's Ref is its URL, and its name is what people read. */
function nameIn(physicalId: string): string {
  return physicalId.startsWith('http') ? (physicalId.split('/').at(-1) ?? physicalId) : physicalId;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
