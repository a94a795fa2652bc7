/** A value of a query request: text, a list, or a structure. */
export type QueryValue = string | readonly QueryValue[] | QueryStructure;

/** A structure of a query request, by member. */
export interface QueryStructure {
  readonly [member: string]: QueryValue | undefined;
}

interface Node {
  text?: string;
  readonly children: Map<string, Node>;
}

/** Puts the parameters of a query request together: `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. */
export function readQueryInput(parameters: URLSearchParams): QueryStructure {
  const root: Node = { children: new Map() };
  for (const [name, text] of parameters) {
    let node = root;
    for (const part of name.split('.')) {
      const next = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.text = text;
  }
  return structureOf(root);
}

function structureOf({ children }: Node): QueryStructure {
  return Object.fromEntries([...children].map(([name, child]) => [name, queryValue(child)]));
}

function queryValue(node: Node): QueryValue {
  const members = node.children.get('member');
  if (members !== undefined) {
    return [...members.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, entry]) => queryValue(entry));
  }
  return node.children.size === 0 ? (node.text ?? '') : structureOf(node);
}
