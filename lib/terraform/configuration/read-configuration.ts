import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { jsonOf } from '../hcl/literal.ts';
import { HclSyntaxError } from '../hcl/syntax-error.ts';
import type { Configuration, Output, Place, Provider, Variable } from './configuration.ts';
import { listConfigurationFiles } from './configuration-files.ts';
import { type Expression, isTrue, textOf } from './expression.ts';
import { type NamedSection, readConfigurationFile } from './read-file.ts';

/** A configuration that cannot be read; the message names the file, the line and the column. */
export class ConfigurationFileError extends Error {
  override readonly name = 'ConfigurationFileError';
}

/**
 * Reads the root module in a folder: override files after all others, in the order of their names, as Terraform does.
 *
 * @throws ConfigurationFileError when a file is not what the language allows
 */
export async function readConfiguration(folder: string): Promise<Configuration> {
  const names = await listConfigurationFiles(folder);
  const read = (files: readonly string[]) =>
    Promise.all(files.map(async (file) => ({ file, sections: await readSections(path.join(folder, file), file) })));
  const [primary, overrides] = await Promise.all([read(names.primary), read(names.overrides)]);
  const found: Found = { variables: new Map(), outputs: new Map(), providers: new Map(), awsSources: new Map() };
  for (const { file, sections } of primary) {
    checkOnce(found.variables, file, sections);
    addAll(found, file, sections);
  }
  // What an override alone declares is read, as AWS's reference parser reads it. Terraform refuses it when it runs.
  for (const { file, sections } of overrides) addAll(found, file, sections);
  const { variables, outputs, providers, awsSources } = found;
  const awsNames = [...awsSources].filter(([, isAws]) => isAws).map(([name]) => name);
  if (awsSources.get('aws') === undefined) awsNames.push('aws');
  return {
    variables: [...variables.values()],
    outputs: [...outputs.values()],
    providers: [...providers.values()],
    awsNames,
  };
}

async function readSections(path: string, file: string): Promise<readonly NamedSection[]> {
  try {
    const bytes = await readFile(path);
    if (!isUtf8(bytes)) throw new ConfigurationFileError(`${file} is not text in UTF-8`);
    return readConfigurationFile(file, bytes.toString('utf8'));
  } catch (error) {
    if (!(error instanceof HclSyntaxError)) throw error;
    const { line, column } = error.position;
    throw new ConfigurationFileError(`${file} line ${line}, column ${column}: ${error.message}`, { cause: error });
  }
}

interface Found {
  readonly variables: Map<string, Variable>;
  readonly outputs: Map<string, Output>;
  readonly providers: Map<string, Provider>;
  /** Whether a local name that `required_providers` has means hashicorp/aws. */
  readonly awsSources: Map<string, boolean>;
}

/** @throws ConfigurationFileError for a variable that stands already, or twice here */
function checkOnce(variables: ReadonlyMap<string, Place>, file: string, sections: readonly NamedSection[]): void {
  const seen = new Map<string, Place>();
  for (const { type, labels, line } of sections) {
    const [name = ''] = labels;
    if (type !== 'variable') continue;
    const first = variables.get(name) ?? seen.get(name);
    if (first !== undefined) {
      throw new ConfigurationFileError(
        `${file} line ${line}: the variable "${name}" is declared already, in ${first.file} line ${first.line}`,
      );
    }
    seen.set(name, { file, line });
  }
}

function addAll(found: Found, file: string, sections: readonly NamedSection[]): void {
  for (const section of sections) {
    const [name = ''] = section.labels;
    if (section.type === 'variable')
      found.variables.set(name, variableOf(file, name, section, found.variables.get(name)));
    if (section.type === 'output') found.outputs.set(name, outputOf(file, name, section, found.outputs.get(name)));
    if (section.type === 'provider') addProvider(found.providers, file, name, section);
    if (section.type === 'terraform') addSources(found.awsSources, section);
  }
}

function variableOf(file: string, name: string, section: NamedSection, base?: Variable): Variable {
  const { arguments: own, line } = section;
  return {
    name,
    file: base?.file ?? file,
    line: base?.line ?? line,
    type: typeOf(own.get('type')) ?? base?.type,
    description: textOf(own.get('description')) ?? base?.description,
    sensitive: own.has('sensitive') ? isTrue(own.get('sensitive')) : (base?.sensitive ?? false),
    default: own.get('default') ?? base?.default,
  };
}

/** A type is written bare; in JSON and in old configurations it is quoted. */
function typeOf(expression: Expression | undefined): string | undefined {
  if (expression === undefined) return undefined;
  const quoted = textOf(expression);
  const written = quoted ?? ('hcl' in expression ? expression.hcl : '');
  return written.replace(/^\$\{(.*)\}$/s, '$1').replaceAll('\r\n', '\n');
}

function outputOf(file: string, name: string, { arguments: own, line }: NamedSection, base?: Output): Output {
  return {
    name,
    file: base?.file ?? file,
    line: base?.line ?? line,
    description: textOf(own.get('description')) ?? base?.description,
    sensitive: own.has('sensitive') ? isTrue(own.get('sensitive')) : (base?.sensitive ?? false),
  };
}

function addProvider(providers: Map<string, Provider>, file: string, name: string, section: NamedSection): void {
  const alias = textOf(section.arguments.get('alias'));
  const key = `${name}.${alias ?? ''}`;
  const base = providers.get(key);
  const tags = section.blocks.find(({ type }) => type === 'default_tags')?.arguments.get('tags');
  providers.set(key, {
    name,
    alias,
    file: base?.file ?? file,
    line: base?.line ?? section.line,
    defaultTags: tags ?? base?.defaultTags,
    hasDynamicTags: section.blocks.some(({ type, labels }) => type === 'dynamic' && labels[0] === 'default_tags'),
  });
}

function addSources(sources: Map<string, boolean>, section: NamedSection): void {
  for (const block of section.blocks) {
    if (block.type !== 'required_providers') continue;
    for (const [name, expression] of block.arguments) {
      const text = 'hcl' in expression ? expression.hcl : jsonOf(expression.json);
      sources.set(name, /"(?:[^"]*\/)?hashicorp\/aws"/.test(text) || (name === 'aws' && !/source/.test(text)));
    }
  }
}
