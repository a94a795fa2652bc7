import { inspect } from 'node:util';
import type { LocalCloud } from '../cloud.ts';
import { missingStatement } from '../identity/refusal.ts';
import type { CloudEvents } from '../kernel/events.ts';
import { functionsRest } from '../lambda/functions-rest.ts';
import type { Deployment } from '../template/deployment.ts';
import type { Scenario } from './scenario.ts';
import { watchSubstitutes } from './watch-substitutes.ts';

/** How one scenario went. */
export interface ScenarioResult {
  readonly name: string;
  readonly service: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Callbacks that were answered. */
  readonly answered: number;
  /** Callbacks that had to be answered. */
  readonly expected: number;
  /** Callbacks that nobody answered. */
  readonly unanswered: number;
  /** Actions that a stub stood for, such as `release/Build/Compile (AWS/Build/CodeBuild): succeed`. */
  readonly stubbed: readonly string[];
  /** Why it failed or was skipped. */
  readonly problem?: string;
  /** Real milliseconds. */
  readonly tookMs: number;
}

/** Told of each scenario as it begins and ends. */
export interface ScenarioListener {
  began(scenario: Scenario): void;
  ended(result: ScenarioResult, scenario: Scenario): void;
}

/** Real milliseconds after which a scenario counts as failed: far more than any needs, so that a run always ends. */
const LIMIT_MS = 120_000;

/** How scenarios are played. */
export interface PlayOptions {
  readonly listener: ScenarioListener;
  /** Cuts the run short. */
  readonly signal: AbortSignal;
  /** Fails a scenario that meets something that is not simulated. @defaultValue false */
  readonly strict?: boolean;
}

/** Plays scenarios one after the other and holds what came of them against what they expect. */
export async function runScenarios(
  scenarios: readonly Scenario[],
  cloud: LocalCloud,
  deployment: Deployment,
  { listener, signal, strict = false }: PlayOptions,
): Promise<readonly ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    if (signal.aborted) break;
    listener.began(scenario);
    const result = await runScenario(scenario, cloud, deployment, { signal, strict });
    results.push(result);
    listener.ended(result, scenario);
  }
  return results;
}

async function runScenario(
  scenario: Scenario,
  cloud: LocalCloud,
  deployment: Deployment,
  { signal, strict }: { readonly signal: AbortSignal; readonly strict: boolean },
): Promise<ScenarioResult> {
  const started = performance.now();
  const tally = watchCallbacks(cloud);
  const substitutes = watchSubstitutes(cloud.events);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  let expected = 0;
  let problem: string | undefined;
  let skipped: string | undefined;
  const takeBack: (() => void)[] = [];
  try {
    for (const stub of scenario.stubs ?? []) takeBack.push(cloud.codepipeline.stubs.add(stub));
    const { endpoint, region } = cloud;
    const credentials = { accessKeyId: 'AKIALOCALDEVELOPER00', secretAccessKey: 'local' };
    const run = scenario.run({
      cloud,
      deployment,
      client: { region, endpoint, credentials, forcePathStyle: true },
      signal: limit,
    });
    const outcome = await Promise.race([run, rejectOnAbort(limit)]);
    await Promise.race([functionsRest(cloud), rejectOnAbort(limit)]);
    requireOutcome(outcome);
    if ('skipped' in outcome) skipped = outcome.skipped;
    else {
      expected = outcome.expected;
      if (tally.answered() !== expected) problem = `${tally.answered()} callbacks were answered, ${expected} expected`;
    }
  } catch (error) {
    problem = problemOf(error);
  }
  tally.stop();
  substitutes.stop();
  for (const take of takeBack) take();
  const [refusal] = tally.refusals();
  if (problem === undefined && tally.unanswered() > 0) problem = `${tally.unanswered()} callbacks were not answered`;
  if (refusal !== undefined) problem = problem === undefined ? remedy(refusal) : `${problem}; ${remedy(refusal)}`;
  const missing = substitutes.unsimulated();
  if (strict && missing.length > 0) {
    const named = `not simulated, and able to change the outcome: ${missing.join(', ')}; --no-strict lets it pass`;
    problem = problem === undefined ? named : `${problem}; ${named}`;
  }
  return {
    name: scenario.name,
    service: scenario.service,
    status: skipped !== undefined ? 'skipped' : problem !== undefined ? 'failed' : 'passed',
    answered: tally.answered(),
    expected,
    unanswered: tally.unanswered(),
    stubbed: substitutes.stubbed(),
    tookMs: performance.now() - started,
    ...(problem !== undefined ? { problem } : skipped !== undefined ? { problem: skipped } : {}),
  };
}

/** A program in JavaScript may give anything. */
function requireOutcome(outcome: unknown): void {
  const { expected, skipped } = (outcome ?? {}) as { readonly expected?: unknown; readonly skipped?: unknown };
  if (Number.isInteger(expected) || typeof skipped === 'string') return;
  throw new Error('run must give { expected: how many callbacks are answered } or { skipped: why }');
}

/** What was thrown, as a text that is never empty: a scenario with a problem has failed. */
function problemOf(error: unknown): string {
  return (error instanceof Error ? error.message || error.name : '') || `run threw ${inspect(error)}`;
}

/** What to do about a refusal: names the function, the action and the statement to add. */
export function remedy(refusal: CloudEvents['refusal']): string {
  const { functionName, principal, action, resource } = refusal;
  const statement = JSON.stringify(missingStatement(refusal));
  return `${functionName ?? principal} may not ${action} on ${resource}; add to its role: ${statement}`;
}

function watchCallbacks(cloud: LocalCloud) {
  const open = new Set<string>();
  let answered = 0;
  let timedOut = 0;
  const refusals: CloudEvents['refusal'][] = [];
  const stops = [
    cloud.events.on('delivery', ({ service, callbackId }) => open.add(`${service} ${callbackId}`)),
    cloud.events.on('answer', ({ service, callbackId, kind }) => {
      open.delete(`${service} ${callbackId}`);
      if (kind === 'timedOut') timedOut++;
      else answered++;
    }),
    cloud.events.on('refusal', (refusal) => {
      if (refusal.functionName !== undefined) refusals.push(refusal);
    }),
  ];
  return {
    answered: () => answered,
    unanswered: () => open.size + timedOut,
    refusals: () => refusals,
    stop: () => stops.forEach((stop) => void stop()),
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason instanceof Error ? signal.reason : new Error('the run was cut short'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
