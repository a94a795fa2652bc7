import { describeError } from '../../core/failure.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import type { PrepareScenarios, ScenarioSet } from '../../local/scenarios/scenario.ts';
import { loadModule } from '../load-module.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Loads a module of scenarios.
 *
 * @returns what prepares them; it throws a UsageError where the module's own code fails, or gives something else
 * @throws UsageError
 */
export async function loadScenarios(file: string): Promise<(cloud: LocalCloud) => Promise<ScenarioSet>> {
  const { default: whole } = await loadModule(file, 'a scenario module');
  // What TypeScript makes of a default export for CommonJS, Node has one level down.
  const prepare = typeof whole === 'function' ? whole : (whole as { readonly default?: unknown } | undefined)?.default;
  if (typeof prepare !== 'function') {
    throw new UsageError(`${file} has no default export that prepares scenarios`);
  }
  return async (cloud) => {
    let set: unknown;
    try {
      set = await (prepare as PrepareScenarios)(cloud);
    } catch (error) {
      const reason = error === null || error === undefined ? `it threw ${error}` : describeError(error);
      throw new UsageError(`${file} could not prepare its scenarios: ${reason}`, { cause: error });
    }
    if (isScenarioSet(set)) return set;
    throw new UsageError(
      `the default export of ${file} must give { scenarios: [{ name, service, title, run }] }, but gave something else`,
    );
  };
}

function isScenarioSet(value: unknown): value is ScenarioSet {
  const { scenarios } = (value ?? {}) as { readonly scenarios?: unknown };
  return Array.isArray(scenarios) && scenarios.every(isScenario);
}

function isScenario(value: unknown): boolean {
  const { name, service, title, run } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return [name, service, title].every((text) => typeof text === 'string') && typeof run === 'function';
}
