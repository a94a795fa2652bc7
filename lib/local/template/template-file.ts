import { readFileSync } from 'node:fs';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLParseError,
} from 'yaml';
import { AssemblyError } from './assembly-error.ts';

type Parsed = Document.Parsed<ParsedNode>;

/**
 * Reads a template that somebody wrote, in YAML or JSON, with CloudFormation's short forms (`!Ref`, `!GetAtt`, `!Sub`).
 *
 * @throws AssemblyError `AssemblyNotFound` when there is no such file or it cannot be read, `TemplateMalformed` with line and column
 */
export function readTemplateFile(file: string): unknown {
  const malformed = (what: string) => new AssemblyError('TemplateMalformed', `template ${file} is malformed: ${what}`);
  // At the level "silent" a second document would be passed over without a word.
  const document = parseDocument<ParsedNode>(textOf(file), { logLevel: 'error' });
  const [fault] = document.errors;
  if (fault !== undefined) throw malformed(faultOf(fault));
  const { contents } = document;
  if (!isMap(contents)) throw malformed(`it holds no Resources, but ${contentOf(contents)}`);
  try {
    return readNode(contents, document, []);
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

/** What the parser objects to, without the lines of the file that it shows below. */
function faultOf({ code, message }: YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS')
    return 'it holds several documents, of which a template is one: remove what follows "---"';
  return (message.split('\n')[0] ?? message).replace(/:$/, '');
}

function contentOf(contents: ParsedNode | null): string {
  if (isSeq(contents)) return 'a list';
  const value = isScalar(contents) ? contents.value : null;
  return value === null || value === '' ? 'nothing' : 'a single value';
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssemblyError('AssemblyNotFound', unreadable(file, cause as NodeJS.ErrnoException), { cause });
  }
}

function unreadable(file: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EISDIR':
      return `${file} is a folder: name the template in it`;
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no template ${file}`;
    default:
      return `template ${file} cannot be read: ${message}`;
  }
}

/** @param within - the nodes that stand around it, none of which may come again in it */
function readNode(node: unknown, document: Parsed, within: readonly unknown[]): unknown {
  if (isAlias(node)) {
    const target = node.resolve(document);
    if (target === undefined) throw new Error(`*${node.source} repeats what no &${node.source} marks`);
    if (within.includes(target)) throw new Error(`*${node.source} stands within what it repeats`);
    return readNode(target, document, within);
  }
  return withTag((node as Node | null)?.tag, plainValue(node, document, [...within, node]));
}

function plainValue(node: unknown, document: Parsed, within: readonly unknown[]): unknown {
  if (isSeq(node)) return node.items.map((item) => readNode(item, document, within));
  if (!isMap(node)) return isScalar(node) ? node.value : node;
  const members = node.items.map(({ key, value }) => [String(key), readNode(value, document, within)] as const);
  // A merge, as SAM and the AWS CLI take it: of several maps the first counts, and before them the map's own members.
  const merged = members.filter(([name]) => name === '<<').flatMap(([, maps]) => maps as object | object[]);
  const own = members.filter(([name]) => name !== '<<');
  return Object.fromEntries([...merged.reverse().flatMap((map) => Object.entries(map ?? {})), ...own]);
}

/** A short form is the function of the same name; only these two have no `Fn::` before theirs. */
function withTag(tag: string | undefined, value: unknown): unknown {
  const name = /^!(\w+)$/.exec(tag ?? '')?.[1];
  if (name === undefined) return value;
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  // Without an attribute it stays as it is, and is refused where it stands.
  if (name === 'GetAtt' && typeof value === 'string' && value.includes('.')) {
    const [resource = '', ...attribute] = value.split('.');
    return { 'Fn::GetAtt': [resource, attribute.join('.')] };
  }
  return { [`Fn::${name}`]: value };
}
