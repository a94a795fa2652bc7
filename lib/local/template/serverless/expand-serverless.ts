import { AssemblyError } from '../assembly-error.ts';
import { isRecord } from '../is-record.ts';
import { expandFunction } from './expand-function.ts';

const TRANSFORM = 'AWS::Serverless-2016-10-31';

/** A template file, for messages. */
export interface TemplateOrigin {
  readonly file: string;
  readonly dir: string;
}

/**
 * A template without SAM's transform: each serverless function becomes the function, role, settings and event sources
 * that AWS's transform makes of it, under the same logical ids. Other templates stay as they are.
 *
 * See https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 *
 * @throws AssemblyError `TemplateMalformed` for what is not simulated of SAM
 */
export function expandServerless(document: unknown, { file }: TemplateOrigin): unknown {
  if (!isRecord(document)) return document;
  const { Transform: transform, Globals: globals, Resources: resources, ...rest } = document;
  const transforms = [transform ?? []].flat();
  const unknown = transforms.find((name) => name !== TRANSFORM);
  if (unknown !== undefined) throw malformed(file, `the transform ${JSON.stringify(unknown)} is not simulated`);
  if (transforms.length === 0 || !isRecord(resources)) return document;
  const defaults = isRecord(globals) && isRecord(globals.Function) ? globals.Function : {};
  const expanded = Object.entries(resources).flatMap(([id, resource]) => {
    if (!isRecord(resource) || !String(resource.Type).startsWith('AWS::Serverless::')) return [[id, resource]];
    if (resource.Type !== 'AWS::Serverless::Function') {
      throw malformed(file, `${id} is a ${resource.Type}, of SAM only AWS::Serverless::Function is simulated`);
    }
    try {
      return Object.entries(expandFunction(id, resource, defaults));
    } catch (error) {
      throw malformed(file, (error as Error).message);
    }
  });
  const ids = expanded.map(([id]) => id as string);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw malformed(file, `SAM makes ${twice}, too, and there is one already: rename one of them`);
  return { ...rest, Resources: Object.fromEntries(expanded) };
}

function malformed(file: string, what: string): AssemblyError {
  return new AssemblyError('TemplateMalformed', `template ${file}: ${what}`);
}
