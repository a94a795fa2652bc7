import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLocalCloud, type LocalCloud } from '../local/cloud.ts';
import { STUB_FORMS } from '../local/codepipeline/stubs/parse-stub.ts';
import { FAULT_FORMS, type Fault, FaultSpecError, parseFault } from '../local/faults/index.ts';
import { runScenarios, type ScenarioResult } from '../local/scenarios/run-scenarios.ts';
import type { PrepareScenarios, ScenarioSet } from '../local/scenarios/scenario.ts';
import { AssemblyError } from '../local/template/assembly-error.ts';
import type { Deployment } from '../local/template/deployment.ts';
import { showCloud } from './cloud-view.ts';
import type { Command } from './command.ts';
import { numberOption, parseOptions } from './parse-options.ts';
import { printScenarioTable, summarize } from './scenario-table.ts';
import { addStubs, readStubs, refuseUnmatched } from './stub-options.ts';
import { synthesize } from './synthesize.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_PORT = 4566;
const DEFAULT_SPEED = 60;

const help = `
ringback local [OPTIONS]

Runs the stacks of a CDK app on this machine: synthesizes the app of cdk.json, starts the local cloud on loopback,
deploys the stacks into it, plays the scenarios, and stays up for other clients (AWS_ENDPOINT_URL).

  --assembly DIR      take this synthesized app instead of running the one of cdk.json
  --template FILE     take this CloudFormation or SAM template instead; --stack then says what its stack is called
  --stack NAME        deploy this stack only; may be repeated
  --parameter S.P=V   the value V for parameter P of stack S; may be repeated
  --scenarios FILE    a module whose default export prepares scenarios
  --scenario NAME     play this scenario only; may be repeated
  --once              end after the scenarios; exit code 0 only if every callback was answered as expected
  --json              end the output with one line of JSON
  --port PORT         listen here; 0 takes a free port (default ${DEFAULT_PORT})
  --speed N           how fast simulated time passes while no function runs (default ${DEFAULT_SPEED})
  --stub STUB         let a stub stand for an action of a pipeline; may be repeated
  --strict            fail where something that is not simulated could change the outcome (default with --once)
  --no-strict         only tell of it
  --fault SPEC        let something go wrong; may be repeated
  --fault-seed N      decides the chances of faults (default 1)
  --quiet             show only the summary

Stubs; ACTION is ACTION, STAGE/ACTION, PIPELINE/STAGE/ACTION, or by type PROVIDER, CATEGORY/PROVIDER,
OWNER/CATEGORY/PROVIDER; * stands for any text; where several fit, the last one counts:
${STUB_FORMS.map((form) => `  ${form}`).join('\n')}
  such as CodeStarSourceConnection=folder:web, Build/Compile=succeed:Version=1.0, CloudFormation=succeed

Faults, each of which strikes once unless an option says otherwise:
${FAULT_FORMS.map((form) => `  ${form}`).join('\n')}
  options, in any of them: fn=FUNCTION  nth=N  times=N|all  p=CHANCE  for=TIME  delay=TIME
  such as kill:after:codepipeline:PutJobSuccessResult, throttle:dynamodb:*:p=0.2, duplicate:Gate:concurrent
`;

/** `ringback local` */
export const localCommand: Command = {
  name: 'local',
  summary: 'run the stacks of a CDK app on this machine',
  help,
  async run(args) {
    const { values } = parseOptions(args, {
      assembly: { type: 'string' },
      template: { type: 'string' },
      stack: { type: 'string', multiple: true },
      parameter: { type: 'string', multiple: true },
      scenarios: { type: 'string' },
      scenario: { type: 'string', multiple: true },
      once: { type: 'boolean' },
      json: { type: 'boolean' },
      port: { type: 'string' },
      speed: { type: 'string' },
      stub: { type: 'string', multiple: true },
      strict: { type: 'boolean' },
      'no-strict': { type: 'boolean' },
      fault: { type: 'string', multiple: true },
      'fault-seed': { type: 'string' },
      quiet: { type: 'boolean' },
    });
    const port = values.port === undefined ? DEFAULT_PORT : numberOption('port', values.port, 0, 65_535);
    const speed = values.speed === undefined ? DEFAULT_SPEED : numberOption('speed', values.speed, 1, 100_000);
    const faults = readFaults(values.fault ?? []);
    const faultSeed = numberOption('fault-seed', values['fault-seed'] ?? '1', 0, 2 ** 32 - 1);
    const parameters = readParameters(values.parameter ?? []);
    const stubs = readStubs(values.stub ?? []);
    if (values.strict === true && values['no-strict'] === true) {
      throw new UsageError('--strict and --no-strict exclude each other: give one of them');
    }
    const source = sourceOf(values);
    const strict = values.strict ?? (values.once === true && values['no-strict'] !== true);
    const prepare = values.scenarios === undefined ? undefined : await loadScenarios(values.scenarios);

    const terminal = createTerminal();
    const interrupted = new AbortController();
    const interrupt = () => interrupted.abort(new Error('interrupted'));
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);

    const deployed = source ?? { assembly: await synthesizeHere(terminal), stacks: values.stack };
    const cloud = await createLocalCloud({ port, speed, faults, faultSeed, strict }).catch((error: Error) => {
      throw new UsageError(error.message, { cause: error });
    });
    const view = values.quiet === true ? undefined : showCloud(cloud, terminal);
    let set: ScenarioSet = { scenarios: [] };
    try {
      if (prepare !== undefined) set = await prepare(cloud);
      const scenarios = select(set, values.scenario);
      addStubs(cloud, [...(set.stubs ?? []), ...stubs]);
      const deployment = await deploy(cloud, {
        ...deployed,
        parameters: merge(set.parameters, parameters),
      });
      refuseUnmatched(cloud, values.stub ?? []);
      view?.nameAfter(deployment);
      terminal.line(
        `deployed ${deployment.stacks.map(({ name, resources }) => `${name} (${resources.size} resources)`).join(', ')}`,
      );
      terminal.line(`ringback local ready on ${cloud.endpoint}`);
      const results = await runScenarios(scenarios, cloud, deployment, {
        listener: listenerOf(terminal),
        signal: interrupted.signal,
        strict,
      });
      if (scenarios.length > 0) printScenarioTable(results, terminal);
      const good = results.length === scenarios.length && results.every(({ status }) => status !== 'failed');
      if (values.once !== true && !interrupted.signal.aborted) {
        await stayUp(cloud, terminal, interrupted.signal);
      }
      if (values.json === true) terminal.line(summarize(results));
      return good ? 0 : 1;
    } finally {
      view?.stop();
      await set.close?.();
      await cloud.stop();
    }
  },
};

async function synthesizeHere(terminal: Terminal): Promise<string> {
  terminal.progress('synthesizing the app of cdk.json');
  const { assembly, tookMs } = await synthesize(process.cwd());
  terminal.line(`synthesized the app of cdk.json in ${(tookMs / 1000).toFixed(1)} s`);
  return assembly;
}

/** What is deployed, as far as the options say it; undefined where the app of cdk.json is to be synthesized. */
function sourceOf(values: {
  readonly assembly?: string | undefined;
  readonly template?: string | undefined;
  readonly stack?: string[] | undefined;
}): Source | undefined {
  const { assembly, template, stack } = values;
  if (assembly !== undefined && template !== undefined) {
    throw new UsageError('--assembly and --template exclude each other: give one of them');
  }
  if (assembly !== undefined) return { assembly: path.resolve(assembly), stacks: stack };
  if (template === undefined) return undefined;
  const [stackName, other] = stack ?? [];
  if (other !== undefined) throw new UsageError(`a template is one stack, but --stack names ${stack?.join(' and ')}`);
  return { template: path.resolve(template), stackName };
}

type Source =
  | { readonly assembly: string; readonly stacks: readonly string[] | undefined }
  | { readonly template: string; readonly stackName: string | undefined };

async function deploy(cloud: LocalCloud, request: Source & { readonly parameters: Parameters }): Promise<Deployment> {
  const given = Object.entries(request).filter(([, value]) => value !== undefined);
  try {
    return await cloud.deploy(Object.fromEntries(given));
  } catch (error) {
    if (error instanceof AssemblyError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function listenerOf(terminal: Terminal) {
  return {
    began: ({ name, title }: { name: string; title: string }) =>
      terminal.line(`\n${terminal.style('bold', `▶ ${name}`)}  ${title}`),
    ended: ({ status, problem }: ScenarioResult) =>
      terminal.line(
        terminal.style(
          status === 'passed' ? 'green' : status === 'failed' ? 'red' : 'yellow',
          `■ ${status}${problem ? `: ${problem}` : ''}`,
        ),
      ),
  };
}

async function stayUp(cloud: LocalCloud, terminal: Terminal, signal: AbortSignal): Promise<void> {
  terminal.line(
    `stays up on ${cloud.endpoint}; AWS_ENDPOINT_URL=${cloud.endpoint} leads other clients here, Ctrl-C ends it`,
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function readFaults(specs: readonly string[]): readonly Fault[] {
  try {
    return specs.map(parseFault);
  } catch (error) {
    if (error instanceof FaultSpecError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

type Parameters = Readonly<Record<string, Readonly<Record<string, string>>>>;

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

function merge(first: Parameters | undefined, second: Parameters): Parameters {
  const stacks = new Set([...Object.keys(first ?? {}), ...Object.keys(second)]);
  return Object.fromEntries([...stacks].map((stack) => [stack, { ...first?.[stack], ...second[stack] }]));
}

async function loadScenarios(file: string): Promise<PrepareScenarios> {
  const absolute = path.resolve(file);
  if (!existsSync(absolute)) throw new UsageError(`there is no scenario module ${file}`);
  const module = (await import(pathToFileURL(absolute).href)) as { default?: unknown };
  if (typeof module.default !== 'function') {
    throw new UsageError(`${file} has no default export that prepares scenarios`);
  }
  return module.default as PrepareScenarios;
}

function select(set: ScenarioSet, names: readonly string[] | undefined) {
  if (names === undefined) return set.scenarios;
  const unknown = names.find((name) => !set.scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `there is no scenario "${unknown}"; there are ${set.scenarios.map(({ name }) => name).join(', ') || 'none'}`,
    );
  }
  return set.scenarios.filter(({ name }) => names.includes(name));
}
