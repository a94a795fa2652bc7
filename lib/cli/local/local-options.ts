import path from 'node:path';
import { STUB_FORMS } from '../../local/codepipeline/stubs/parse-stub.ts';
import type { Stub } from '../../local/codepipeline/stubs/stub.ts';
import { FAULT_FORMS, type Fault, FaultSpecError, parseFault } from '../../local/faults/index.ts';
import { numberOption, parseOptions } from '../parse-options.ts';
import { UsageError } from '../usage-error.ts';
import { readStubs } from './stub-options.ts';

const DEFAULT_PORT = 4566;
const DEFAULT_SPEED = 60;

/** `ringback local --help` */
export const LOCAL_HELP = `
ringback local [OPTIONS]

Runs the stacks of a CDK app on this machine: synthesizes the app of cdk.json, starts the local cloud on loopback,
deploys the stacks into it, plays the scenarios, and stays up for other clients (AWS_ENDPOINT_URL).

  --assembly DIR      take this synthesized app instead of running the one of cdk.json
  --template FILE     take this CloudFormation or SAM template instead; --stack then says what its stack is called
  --empty             deploy nothing: Terraform or another client does, over AWS_ENDPOINT_URL
  --stack NAME        deploy this stack only; may be repeated
  --parameter S.P=V   the value V for parameter P of stack S; may be repeated
  --scenarios FILE    a module whose default export prepares scenarios
  --scenario NAME     play this scenario only; may be repeated
  --once              end after the scenarios; exit code 0 only if every callback was answered as expected
  --json              end the output with one line of JSON
  --port PORT         listen here; 0 takes a free port (default ${DEFAULT_PORT})
  --speed N           how fast simulated time passes while no function runs (default ${DEFAULT_SPEED} while scenarios play,
                      then 1, the pace of a person; keys change it)
  --scenario-speed N  the same, while scenarios play only
  --stub STUB         let a stub stand for an action of a pipeline; may be repeated
  --strict            fail where something that is not simulated could change the outcome (default with --once)
  --no-strict         only tell of it
  --fault SPEC        let something go wrong; may be repeated
  --fault-seed N      decides the chances of faults (default 1)
  --quiet             show only the summary
  --open              open the console in a browser
  --read-only         the console changes nothing

Stubs; ACTION is ACTION, STAGE/ACTION, PIPELINE/STAGE/ACTION, or by type PROVIDER, CATEGORY/PROVIDER,
OWNER/CATEGORY/PROVIDER; * stands for any text; where several fit, the last one counts:
${STUB_FORMS.map((form) => `  ${form}`).join('\n')}
  such as CodeStarSourceConnection=folder:web, Build/Compile=succeed:Version=1.0, CloudFormation=succeed

Faults, each of which strikes once unless an option says otherwise:
${FAULT_FORMS.map((form) => `  ${form}`).join('\n')}
  options, in any of them: fn=FUNCTION  nth=N  times=N|all  p=CHANCE  for=TIME  delay=TIME
  such as kill:after:codepipeline:PutJobSuccessResult, throttle:dynamodb:*:p=0.2, duplicate:Gate:concurrent
`;

/** Values of template parameters, by stack and name. */
export type Parameters = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What is deployed, beside parameters; `'nothing'` where clients deploy. Paths are absolute. */
export type Source =
  | 'nothing'
  | { readonly assembly: string; readonly stacks: readonly string[] | undefined }
  | { readonly template: string; readonly stackName: string | undefined };

/** What `ringback local` was told. */
export interface LocalOptions {
  /** What is deployed; undefined where the app of cdk.json is to be synthesized. */
  readonly source: Source | undefined;
  /** The stacks of an app, where not all of them are meant. */
  readonly stacks: readonly string[] | undefined;
  readonly parameters: Parameters;
  /** The module that prepares scenarios. */
  readonly scenarios: string | undefined;
  /** The names of those to play. */
  readonly only: readonly string[] | undefined;
  readonly once: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly open: boolean;
  readonly readOnly: boolean;
  readonly strict: boolean;
  readonly port: number;
  /** How fast time passes while scenarios play, and afterwards. */
  readonly speed: { readonly scenarios: number; readonly after: number };
  readonly faults: readonly Fault[];
  readonly faultSeed: number;
  readonly stubs: readonly Stub[];
  /** As they were written. */
  readonly stubTexts: readonly string[];
}

/** Reads the options of `ringback local`. @throws UsageError */
export function readLocalOptions(args: readonly string[]): LocalOptions {
  const { values } = parseOptions(args, {
    assembly: { type: 'string' },
    template: { type: 'string' },
    empty: { type: 'boolean' },
    stack: { type: 'string', multiple: true },
    parameter: { type: 'string', multiple: true },
    scenarios: { type: 'string' },
    scenario: { type: 'string', multiple: true },
    once: { type: 'boolean' },
    json: { type: 'boolean' },
    port: { type: 'string' },
    speed: { type: 'string' },
    'scenario-speed': { type: 'string' },
    stub: { type: 'string', multiple: true },
    strict: { type: 'boolean' },
    'no-strict': { type: 'boolean' },
    fault: { type: 'string', multiple: true },
    'fault-seed': { type: 'string' },
    quiet: { type: 'boolean' },
    open: { type: 'boolean' },
    'read-only': { type: 'boolean' },
  });
  if (values.strict === true && values['no-strict'] === true) {
    throw new UsageError('--strict and --no-strict exclude each other: give one of them');
  }
  const once = values.once === true;
  return {
    source: sourceOf(values),
    stacks: values.stack,
    parameters: readParameters(values.parameter ?? []),
    scenarios: values.scenarios,
    only: values.scenario,
    once,
    json: values.json === true,
    quiet: values.quiet === true,
    open: values.open === true,
    readOnly: values['read-only'] === true,
    strict: values.strict ?? (once && values['no-strict'] !== true),
    port: values.port === undefined ? DEFAULT_PORT : numberOption('port', values.port, 0, 65_535),
    speed: readSpeed(values.speed, values['scenario-speed']),
    faults: readFaults(values.fault ?? []),
    faultSeed: numberOption('fault-seed', values['fault-seed'] ?? '1', 0, 2 ** 32 - 1),
    stubs: readStubs(values.stub ?? []),
    stubTexts: values.stub ?? [],
  };
}

function sourceOf(values: {
  readonly assembly?: string | undefined;
  readonly template?: string | undefined;
  readonly empty?: boolean | undefined;
  readonly stack?: string[] | undefined;
  readonly parameter?: string[] | undefined;
}): Source | undefined {
  const { assembly, template, empty, stack } = values;
  if (assembly !== undefined && template !== undefined) {
    throw new UsageError('--assembly and --template exclude each other: give one of them');
  }
  if (empty === true) {
    const other = (['assembly', 'template', 'stack', 'parameter'] as const).find((name) => values[name] !== undefined);
    if (other !== undefined) throw new UsageError(`--empty deploys nothing, so --${other} has no meaning beside it`);
    return 'nothing';
  }
  if (assembly !== undefined) return { assembly: path.resolve(assembly), stacks: stack };
  if (template === undefined) return undefined;
  const [stackName, other] = stack ?? [];
  if (other !== undefined) throw new UsageError(`a template is one stack, but --stack names ${stack?.join(' and ')}`);
  return { template: path.resolve(template), stackName };
}

function readSpeed(speed: string | undefined, scenarioSpeed: string | undefined): LocalOptions['speed'] {
  const after = speed === undefined ? undefined : numberOption('speed', speed, 1, 100_000);
  const scenarios = scenarioSpeed === undefined ? undefined : numberOption('scenario-speed', scenarioSpeed, 1, 100_000);
  return { scenarios: scenarios ?? after ?? DEFAULT_SPEED, after: after ?? 1 };
}

function readFaults(specs: readonly string[]): readonly Fault[] {
  try {
    return specs.map(parseFault);
  } catch (error) {
    if (error instanceof FaultSpecError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function readParameters(texts: readonly string[]): Parameters {
  const parameters: Record<string, Record<string, string>> = {};
  for (const text of texts) {
    const [, stack, name, value] = /^([^.=]+)\.([^.=]+)=(.*)$/s.exec(text) ?? [];
    if (stack === undefined || name === undefined || value === undefined) {
      throw new UsageError(`--parameter must look like Stack.Parameter=value, but is "${text}"`);
    }
    parameters[stack] = { ...parameters[stack], [name]: value };
  }
  return parameters;
}
