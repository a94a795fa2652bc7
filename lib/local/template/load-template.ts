import path from 'node:path';
import { AssemblyError } from './assembly-error.ts';
import { isRecord } from './is-record.ts';
import type { CloudAssembly } from './load-assembly.ts';
import { expandServerless } from './serverless/expand-serverless.ts';
import { parseTemplate } from './template.ts';
import { readTemplateFile } from './template-file.ts';

/**
 * Reads a CloudFormation or SAM template that somebody wrote as an assembly of one stack. Code is where the template says
 * (`Code`, `CodeUri`), from the template's folder, as `sam build` or a bundler left it there.
 *
 * @param given - what the stack is called; by default what its folder is called, as far as a stack can be
 * @throws AssemblyError when the template is malformed, or uses what is not simulated of SAM
 */
export function loadTemplate(file: string, given?: string): CloudAssembly {
  const templateFile = path.resolve(file);
  const dir = path.dirname(templateFile);
  const stackName = given === undefined ? nameAfter(dir) : requireStackName(given);
  const document = expandServerless(readTemplateFile(templateFile), { file: templateFile, dir });
  const template = parseTemplate(withLocalCode(document, dir), templateFile);
  if (Object.keys(template.Resources).length === 0) {
    throw new AssemblyError(
      'TemplateMalformed',
      `template ${templateFile} has no Resources: a stack is made of at least one`,
    );
  }
  const stack = {
    id: stackName,
    stackName,
    displayName: stackName,
    dir,
    templateFile,
    parameters: {},
    assets: new Map(),
    paths: new Map(),
    template,
    dependencies: [],
  };
  return { dir, stacks: [stack] };
}

/** What CloudFormation takes as a stack's name. */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

function requireStackName(name: string): string {
  if (STACK_NAME.test(name)) return name;
  throw new AssemblyError(
    'TemplateMalformed',
    `a stack cannot be called ${JSON.stringify(name)}: its name takes 1 to 128 letters, digits and hyphens, and begins with a letter`,
  );
}

/** A name for the stack of a folder, whose own name may hold what a stack's cannot. */
function nameAfter(folder: string): string {
  const name = path
    .basename(folder)
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '');
  const fit = name.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^[^A-Za-z]+|-+$/g, '');
  return fit === '' ? 'Stack' : fit.slice(0, 128);
}

/** Code that is named by its path, as `aws cloudformation package` takes it. */
function withLocalCode(document: unknown, dir: string): unknown {
  if (!isRecord(document) || !isRecord(document.Resources)) return document;
  const resources = Object.entries(document.Resources).map(([id, resource]) => {
    const properties = isRecord(resource) ? resource.Properties : undefined;
    if (!isRecord(resource) || !isRecord(properties) || typeof properties.Code !== 'string') return [id, resource];
    const Code = { LocalPath: path.resolve(dir, properties.Code) };
    return [id, { ...resource, Properties: { ...properties, Code } }];
  });
  return { ...document, Resources: Object.fromEntries(resources) };
}
