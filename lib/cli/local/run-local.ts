import { serveConsole } from '../../console/serve-console.ts';
import { watchCloud } from '../../console/watch-cloud.ts';
import { createLocalCloud, type LocalCloud } from '../../local/cloud.ts';
import { runScenarios, type ScenarioResult } from '../../local/scenarios/run-scenarios.ts';
import type { Scenario, ScenarioSet } from '../../local/scenarios/scenario.ts';
import { AssemblyError } from '../../local/template/assembly-error.ts';
import { type Deployment, findResource } from '../../local/template/deployment.ts';
import { createTerminal, type Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { type CloudView, showCloud } from './cloud-view.ts';
import { endSoon, interruptible } from './interruption.ts';
import { loadScenarios } from './load-scenarios.ts';
import type { LocalOptions, Parameters, Source } from './local-options.ts';
import { openBrowser } from './open-browser.ts';
import { printScenarioTable, summarize } from './scenario-table.ts';
import { stayUp } from './stay-up.ts';
import { stillOpen } from './still-open.ts';
import { addStubs, refuseUnmatched } from './stub-options.ts';
import { synthesize } from './synthesize.ts';

/** Of a cloud that clients deploy into. */
const NOTHING: Deployment = { stacks: [], find: (query) => findResource([], query) };

/** Runs the stacks of an app until the scenarios are over, or somebody ends it. @returns the exit code */
export async function runLocal(options: LocalOptions): Promise<number> {
  const prepare = options.scenarios === undefined ? undefined : await loadScenarios(options.scenarios);
  const terminal = createTerminal();
  const { signal, interrupt } = interruptible();
  const source = options.source ?? { assembly: await synthesizeHere(terminal, signal), stacks: options.stacks };
  const cloud = await startCloud(options);
  const watched = watchCloud(cloud);
  const view = showCloud(cloud, terminal, { history: watched.history, quiet: options.quiet });
  const page = serveConsole({
    cloud,
    history: watched.history,
    rename: (text) => view.rename(text),
    // Loaded when somebody answers: the toolkit's heart is larger than this command.
    complete: async (...asked) => (await import('./complete-entry.ts')).createCompleteEntry(cloud)(...asked),
    readOnly: options.readOnly,
  });
  let set: ScenarioSet = { scenarios: [] };
  let exitCode = 1;
  // Before anything is deployed nothing can be owed.
  let leavesWithAWord = false;
  const farewell = () => {
    view.stop();
    if (!leavesWithAWord) return;
    leavesWithAWord = false;
    for (const line of stillOpen(watched.history, view.rename)) terminal.line(line);
  };
  const stopEnding = endSoon(signal, farewell, () => exitCode);
  try {
    if (prepare !== undefined) set = await prepare(cloud);
    const scenarios = select(set, options.only);
    addStubs(cloud, [...(set.stubs ?? []), ...options.stubs]);
    const parameters = merge(set.parameters, options.parameters);
    const deployment = await deploy(cloud, source, parameters);
    // Where nothing is deployed yet, a stub waits for the pipeline that is.
    if (deployment !== NOTHING) refuseUnmatched(cloud, options.stubTexts);
    view.nameAfter(deployment);
    tellReady(cloud, deployment, terminal, page.address);
    leavesWithAWord = !options.once;
    if (options.open) openBrowser(page.address);
    const results = await runScenarios(scenarios, cloud, deployment, {
      listener: listenerOf(terminal, view),
      signal,
      strict: options.strict,
    });
    if (scenarios.length > 0) printScenarioTable(results, terminal, view.rename);
    else if (options.once) terminal.line('no scenario was played; --scenarios FILE names a module that prepares some');
    if (results.length === scenarios.length && results.every(({ status }) => status !== 'failed')) exitCode = 0;
    if (!options.once && !signal.aborted) {
      terminal.line(`stays up for other clients (AWS_ENDPOINT_URL=${cloud.endpoint}); Ctrl-C ends it`);
      // The line that said so is off the screen by now.
      if (scenarios.length > 0) terminal.line(`its console: ${page.address}`);
      await stayUp({ cloud, view, speed: options.speed.after, keys: process.stdin, interrupt, signal });
    }
    if (options.json) terminal.line(summarize(results));
    return exitCode;
  } finally {
    farewell();
    page.close();
    watched.stop();
    await set.close?.();
    await cloud.stop();
    stopEnding();
  }
}

function startCloud({ port, speed, faults, faultSeed, strict }: LocalOptions): Promise<LocalCloud> {
  return createLocalCloud({ port, speed: speed.scenarios, faults, faultSeed, strict }).catch((error: Error) => {
    throw new UsageError(error.message, { cause: error });
  });
}

async function synthesizeHere(terminal: Terminal, signal: AbortSignal): Promise<string> {
  const started = performance.now();
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`;
  const showing = setInterval(() => terminal.progress(`synthesizing the app of cdk.json, ${seconds()}`), 200);
  try {
    const { assembly, tookMs } = await synthesize(process.cwd(), signal);
    terminal.line(`synthesized the app of cdk.json in ${(tookMs / 1000).toFixed(1)} s`);
    return assembly;
  } finally {
    clearInterval(showing);
    terminal.clearProgress();
  }
}

async function deploy(cloud: LocalCloud, source: Source, parameters: Parameters): Promise<Deployment> {
  if (source === 'nothing') return NOTHING;
  const given = Object.entries({ ...source, parameters }).filter(([, value]) => value !== undefined);
  try {
    return await cloud.deploy(Object.fromEntries(given));
  } catch (error) {
    if (error instanceof AssemblyError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function tellReady({ endpoint }: LocalCloud, { stacks }: Deployment, terminal: Terminal, address: string): void {
  const deployed =
    stacks.length === 0
      ? 'nothing; clients deploy over AWS_ENDPOINT_URL'
      : stacks.map(({ name, resources }) => `${name} (${resources.size} resources)`).join(', ');
  terminal.line(`deployed ${deployed}`);
  terminal.line(`ringback local ready on ${endpoint}; its console: ${address}`);
}

function listenerOf(terminal: Terminal, view: CloudView) {
  return {
    began({ name, title }: Scenario) {
      view.say(`scenario ${name}`);
      terminal.line(`\n${terminal.style('bold', `▶ ${name}`)}  ${title}`);
    },
    ended({ status, problem }: ScenarioResult) {
      view.say(undefined);
      const style = status === 'passed' ? 'green' : status === 'failed' ? 'red' : 'yellow';
      terminal.line(terminal.style(style, `■ ${status}${problem ? `: ${view.rename(problem)}` : ''}`));
    },
  };
}

function merge(first: Parameters | undefined, second: Parameters): Parameters {
  const stacks = new Set([...Object.keys(first ?? {}), ...Object.keys(second)]);
  return Object.fromEntries([...stacks].map((stack) => [stack, { ...first?.[stack], ...second[stack] }]));
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
