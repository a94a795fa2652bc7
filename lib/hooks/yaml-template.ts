import { isAlias, isMap, isScalar, isSeq, parseDocument, type Tags } from 'yaml';
import { ConfigurationError } from '../core/errors.ts';

/** The short forms of CloudFormation's functions that have no `Fn::` in their long form. */
const WITHOUT_PREFIX = ['!Ref', '!Condition'];
/** Aliases of YAML can make a small text stand for a huge value; CloudFormation's own templates hold far fewer nodes. */
const MOST_NODES = 500_000;
/** Dates and times of day stay the texts that CloudFormation takes them for: `Version: 2012-10-17`. */
const TEXTS = ['tag:yaml.org,2002:timestamp', 'tag:yaml.org,2002:binary'];

/**
 * Reads a template in YAML 1.1, as CloudFormation does; the short forms of functions (`!Ref`) come in their long form.
 *
 * @param what - which one it is, for the message
 * @throws ConfigurationError when it is not YAML, or stands for too much; it says where, and repeats nothing of it
 */
export function parseYamlTemplate(text: string, what: string): unknown {
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
    customTags: (tags: Tags) => tags.filter((tag) => typeof tag === 'string' || !isText(tag)),
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length;
    throw new ConfigurationError(`${what} is neither JSON nor YAML: ${error.code} in line ${line}`);
  }
  return createReader(what).read(document.contents);
}

/** By their format, sexagesimal numbers are of the tag of all numbers. */
function isText({ tag, format }: { readonly tag: string; readonly format?: string }): boolean {
  return TEXTS.includes(tag) || format === 'TIME';
}

/** Makes values of nodes, in the order in which they stand: an alias means what came before it under its name. */
function createReader(what: string) {
  const anchors = new Map<string, { readonly value: unknown; readonly nodes: number }>();
  let nodes = 0;

  /** Counts what a value stands for, aliases included: whoever walks through it meets that many. */
  function count(more: number): void {
    nodes += more;
    if (nodes > MOST_NODES) throw new ConfigurationError(`${what} stands for more than ${MOST_NODES} values`);
  }

  function read(node: unknown): unknown {
    if (isAlias(node)) {
      const anchored = anchors.get(node.source);
      if (anchored === undefined) throw new ConfigurationError(`${what} has an alias of nothing that stands before it`);
      count(anchored.nodes);
      return anchored.value;
    }
    const before = nodes;
    count(1);
    const value = withTag(node, readPlain(node));
    const { anchor } = (node ?? {}) as { readonly anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, { value, nodes: nodes - before });
    return value;
  }

  function readPlain(node: unknown): unknown {
    if (isSeq(node)) return node.items.map(read);
    if (!isMap(node)) return isScalar(node) ? node.value : undefined;
    return Object.fromEntries(node.items.map(({ key, value }) => [String(read(key)), read(value)]));
  }

  return { read };
}

function withTag(node: unknown, value: unknown): unknown {
  const { tag } = (node ?? {}) as { readonly tag?: string };
  return tag?.startsWith('!') === true && !tag.startsWith('!!') ? longForm(tag, value) : value;
}

function longForm(tag: string, value: unknown): unknown {
  const name = tag.slice(1);
  if (WITHOUT_PREFIX.includes(tag)) return { [name]: value };
  if (name !== 'GetAtt' || typeof value !== 'string' || !value.includes('.')) return { [`Fn::${name}`]: value };
  const dot = value.indexOf('.');
  return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
}
