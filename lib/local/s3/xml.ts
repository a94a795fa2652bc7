import { AwsError } from '../kernel/aws-error.ts';

/** What an element holds: text, elements by name (an array repeats the element), or nothing. */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | { readonly [name: string]: XmlContent | readonly XmlContent[] };

/** An element of a document that was read. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Writes a document. Members whose value is undefined are left out. */
export function renderXml(root: string, content: XmlContent, namespace?: string): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${renderContent(content)}</${root}>`;
}

function renderContent(content: XmlContent): string {
  if (content === undefined) return '';
  if (typeof content !== 'object') return escapeXml(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) => (isList(value) ? value.map((item) => [name, item] as const) : [[name, value] as const]))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${renderContent(value)}</${name}>`)
    .join('');
}

function isList(value: XmlContent | readonly XmlContent[]): value is readonly XmlContent[] {
  return Array.isArray(value);
}

/** Writes text so that it may stand in an element, control characters as references, as S3 does. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}\uFFFE\uFFFF]/gu, (character) => {
    if (character === '&') return '&amp;';
    if (character === '<') return '&lt;';
    if (character === '>') return '&gt;';
    if (character === '"') return '&quot;';
    return `&#${character.codePointAt(0)};`;
  });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const TOKEN = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)[^<>]*?(\/?)>|([^<]+)/y;

/**
 * Reads the root element of a document. Attributes and namespaces are ignored; a document type is refused.
 *
 * @throws AwsError MalformedXML
 */
export function parseXml(source: string): XmlElement {
  interface Open {
    readonly name: string;
    text: string;
    readonly children: XmlElement[];
  }
  const document: Open = { name: '', text: '', children: [] };
  const stack: Open[] = [document];
  const text = source.replace(/^\uFEFF/, '');
  const token = new RegExp(TOKEN);
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    const open = stack.at(-1);
    if (match === null || open === undefined) throw malformedXml();
    const [, cdata, closing, name, selfClosing, characters] = match;
    if (cdata !== undefined) open.text += cdata;
    else if (characters !== undefined) open.text += unescapeXml(characters);
    else if (name === undefined) continue;
    else if (closing) {
      if (stack.length === 1 || open.name !== name) throw malformedXml();
      stack.pop();
    } else {
      const element: Open = { name, text: '', children: [] };
      open.children.push(element);
      if (!selfClosing) stack.push(element);
    }
  }
  const root = document.children[0];
  if (stack.length !== 1 || root === undefined || document.children.length !== 1) throw malformedXml();
  return root;
}

/** The text of an element's first child of that name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/** The children of that name. */
export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The error for a body that is not the XML that the operation wants. */
export function malformedXml(): AwsError {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new AwsError('MalformedXML', message);
}
