import { AssemblyError } from '../assembly-error.ts';
import { isRecord } from '../is-record.ts';
import { expandFunction } from './expand-function.ts';

const TRANSFORM = 'AWS::Serverless-2016-10-31';

/** What SAM has defaults for (AWS SAM specification, Globals). */
const GLOBALS = [
  'Function',
  'Api',
  'HttpApi',
  'WebSocketApi',
  'SimpleTable',
  'StateMachine',
  'LayerVersion',
  'CapacityProvider',
];

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
  if (!isRecord(resources)) return document;
  const defaults = transforms.length === 0 ? {} : functionDefaults(globals, file);
  const expanded = Object.entries(resources).flatMap(([id, resource]) => {
    if (!isRecord(resource) || !String(resource.Type).startsWith('AWS::Serverless::')) return [[id, resource]];
    if (transforms.length === 0) {
      throw malformed(file, `${id} is a ${resource.Type}, which needs the line "Transform: ${TRANSFORM}" at the top`);
    }
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

/** What the template says of all its functions. What it says of SAM's other resources is for none that is simulated. */
function functionDefaults(globals: unknown, file: string): Readonly<Record<string, unknown>> {
  const sections = globals ?? {};
  if (!isRecord(sections)) throw malformed(file, 'Globals must be a map, such as { Function: { Timeout: 30 } }');
  const unknown = Object.keys(sections).find((name) => !GLOBALS.includes(name));
  if (unknown !== undefined) throw malformed(file, `Globals has ${unknown}; SAM knows ${GLOBALS.join(', ')}`);
  const { Function: defaults = {} } = sections;
  if (!isRecord(defaults)) throw malformed(file, 'Function of Globals must be a map of properties');
  return defaults;
}

function malformed(file: string, what: string): AssemblyError {
  return new AssemblyError('TemplateMalformed', `template ${file}: ${what}`);
}
