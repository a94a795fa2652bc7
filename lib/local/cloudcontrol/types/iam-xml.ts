import { childrenNamed, childText, type XmlElement } from '../../s3/xml.ts';
import type { Tag } from '../schema-parts.ts';

/** The first element of that name, wherever it stands. */
export function findElement(root: XmlElement, name: string): XmlElement | undefined {
  if (root.name === name) return root;
  for (const child of root.children) {
    const found = findElement(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The entries of a list of an answer. */
export function membersOf(root: XmlElement, list: string): readonly XmlElement[] {
  const found = findElement(root, list);
  return found === undefined ? [] : childrenNamed(found, 'member');
}

/** A policy document of an answer: JSON in URL encoding. */
export function documentIn(root: XmlElement, name: string): unknown {
  return JSON.parse(decodeURIComponent(findElement(root, name)?.text ?? 'null'));
}

/** The tags of an answer; nothing where there is none. */
export function tagsIn(root: XmlElement): readonly Tag[] | undefined {
  const tags = membersOf(root, 'Tags').map((tag) => ({
    Key: childText(tag, 'Key') ?? '',
    Value: childText(tag, 'Value') ?? '',
  }));
  return tags.length === 0 ? undefined : tags;
}

/** A policy document of a model as IAM takes it. */
export function documentText(document: unknown): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}
