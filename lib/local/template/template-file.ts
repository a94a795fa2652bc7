import { readFileSync } from 'node:fs';
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode, parseDocument } from 'yaml';
import { AssemblyError } from './assembly-error.ts';

/**
 * Reads a template that somebody wrote, in YAML or JSON, with CloudFormation's short forms (`!Ref`, `!GetAtt`, `!Sub`).
 *
 * @throws AssemblyError `AssemblyNotFound` when there is no such file, `TemplateMalformed` with line and column
 */
export function readTemplateFile(file: string): unknown {
  const document = parseDocument<ParsedNode>(textOf(file), { logLevel: 'silent' });
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw new AssemblyError('TemplateMalformed', `template ${file} is malformed: ${fault.message.split('\n')[0]}`);
  }
  return readNode(document.contents, document);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssemblyError('AssemblyNotFound', `there is no template ${file}`, { cause });
  }
}

function readNode(node: unknown, document: Document.Parsed<ParsedNode>): unknown {
  if (isAlias(node)) return readNode(node.resolve(document), document);
  return withTag((node as Node | null)?.tag, plainValue(node, document));
}

function plainValue(node: unknown, document: Document.Parsed<ParsedNode>): unknown {
  if (isSeq(node)) return node.items.map((item) => readNode(item, document));
  if (isMap(node)) {
    return Object.fromEntries(node.items.map(({ key, value }) => [String(key), readNode(value, document)]));
  }
  return isScalar(node) ? node.value : node;
}

/** A short form is the function of the same name; only these two have no `Fn::` before theirs. */
function withTag(tag: string | undefined, value: unknown): unknown {
  const name = /^!(\w+)$/.exec(tag ?? '')?.[1];
  if (name === undefined) return value;
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const [resource = '', ...attribute] = value.split('.');
    return { 'Fn::GetAtt': [resource, attribute.join('.')] };
  }
  return { [`Fn::${name}`]: value };
}
