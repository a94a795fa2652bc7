import { AssemblyError } from './assembly-error.ts';
import { isRecord } from './is-record.ts';
import { readJsonFile } from './json-file.ts';

/** A resource as a template declares it, its expressions unresolved. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** A parameter of a template. */
export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedPattern?: string;
  readonly AllowedValues?: readonly unknown[];
  readonly ConstraintDescription?: string;
  readonly MaxLength?: number | string;
  readonly MaxValue?: number | string;
  readonly MinLength?: number | string;
  readonly MinValue?: number | string;
  readonly NoEcho?: boolean | string;
}

/** An output of a template. */
export interface TemplateOutput {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** A CloudFormation template, as far as the local cloud reads it. `Rules` and deletion policies have no effect. */
export interface Template {
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, TemplateOutput>>;
}

/** The members of a template, and of a resource (CloudFormation User Guide, "Template sections", "Resource attributes"). */
const SECTIONS: readonly string[] = [
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Fn::Transform',
  'Hooks',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
  'Transform',
];
const RESOURCE_MEMBERS: readonly string[] = [
  'Condition',
  'CreationPolicy',
  'DeletionPolicy',
  'DependsOn',
  'Fn::Transform',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
  'Version',
];

/** Reads a template. @throws AssemblyError `TemplateMalformed`, naming the file and the place. */
export function readTemplate(file: string): Template {
  return parseTemplate(readJsonFile(file, 'TemplateMalformed'), file);
}

/** Checks the shape of a template; `origin` is the file that errors name. @throws AssemblyError `TemplateMalformed` */
export function parseTemplate(document: unknown, origin: string): Template {
  const refuse = (place: string, wanted: string): never => {
    throw new AssemblyError('TemplateMalformed', `template ${origin} is malformed: ${place} must be ${wanted}`);
  };
  if (!isRecord(document)) return refuse('the document', 'a JSON object');
  // In the words of CloudFormation: a section or attribute that is written wrongly would else have no effect.
  const invalid = (what: string): never => {
    throw new AssemblyError('TemplateMalformed', `template ${origin} is malformed: ${what}`);
  };
  const strangers = Object.keys(document).filter((name) => !SECTIONS.includes(name));
  if (strangers.length > 0) invalid(`Invalid template property or properties [${strangers.join(', ')}]`);

  function section(name: string): Record<string, Record<string, unknown>> {
    const value = (document as Record<string, unknown>)[name] ?? {};
    if (!isRecord(value)) return refuse(name, 'an object');
    for (const [key, entry] of Object.entries(value)) {
      if (!isRecord(entry)) refuse(`${name}.${key}`, 'an object');
    }
    return value as Record<string, Record<string, unknown>>;
  }

  const resources = section('Resources');
  for (const [id, resource] of Object.entries(resources)) {
    const at = `Resources.${id}`;
    const stranger = Object.keys(resource).find((name) => !RESOURCE_MEMBERS.includes(name));
    if (stranger !== undefined) invalid(`${at}: Invalid template resource property '${stranger}'`);
    if (typeof resource.Type !== 'string') refuse(`${at}.Type`, 'a string such as "AWS::SQS::Queue"');
    if (resource.Properties !== undefined && !isRecord(resource.Properties)) refuse(`${at}.Properties`, 'an object');
    if (resource.Metadata !== undefined && !isRecord(resource.Metadata)) refuse(`${at}.Metadata`, 'an object');
    if (resource.Condition !== undefined && typeof resource.Condition !== 'string') {
      refuse(`${at}.Condition`, 'the name of a condition');
    }
    if (![resource.DependsOn ?? []].flat().every((name) => typeof name === 'string')) {
      refuse(`${at}.DependsOn`, 'a logical id or a list of them');
    }
  }
  const mappings = section('Mappings');
  for (const [name, mapping] of Object.entries(mappings)) {
    for (const [key, entry] of Object.entries(mapping)) {
      if (!isRecord(entry)) refuse(`Mappings.${name}.${key}`, 'an object');
    }
  }
  const outputs = section('Outputs');
  for (const [name, output] of Object.entries(outputs)) {
    if (output.Value === undefined) refuse(`Outputs.${name}.Value`, 'given');
  }
  return {
    Parameters: section('Parameters') as unknown as Template['Parameters'],
    Mappings: mappings as unknown as Template['Mappings'],
    Conditions: section('Conditions'),
    Resources: resources as unknown as Template['Resources'],
    Outputs: outputs as unknown as Template['Outputs'],
  };
}
