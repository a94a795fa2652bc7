import path from 'node:path';
import type { OperationOutput } from '../servicecatalog/index.ts';
import { collectOutputs, forgetSecrets } from './collect-outputs.ts';
import { saveErroredState } from './errored-state.ts';
import { EngineFailure } from './failure.ts';
import type { PreparedModule } from './prepare-module.ts';
import type { RunParts } from './run-parts.ts';
import { CommandFailure } from './terraform-commands.ts';
import type { Outputs } from './terraform-message.ts';
import { writeVariables } from './variables-file.ts';

/** What is done with a module. */
export interface ModuleWork {
  readonly parameters: Readonly<Record<string, string>>;
  readonly destroys: boolean;
  /** Is called when the first change of a resource begins. */
  readonly onBegin: () => void;
}

/** Applies a module, or destroys what it made. @returns the outputs @throws EngineFailure */
export async function applyModule(
  parts: RunParts,
  module: PreparedModule,
  work: ModuleWork,
): Promise<readonly OperationOutput[]> {
  const { operation, run, declare } = parts;
  const { configuration, commands } = module;
  for (const { name, sensitive } of configuration.variables) if (sensitive) declare(work.parameters[name] ?? '');
  const outputs = await apply(parts, module, work);
  const { sensitiveOutputs: settings } = run.settings;
  const productId = operation.provisionedProduct.id;
  if (work.destroys) {
    if (typeof settings === 'object') {
      const names = configuration.outputs.filter(({ sensitive }) => sensitive).map(({ name }) => name);
      await forgetSecrets(run.connection, settings.parameterStorePrefix, productId, names);
    }
    return [];
  }
  return collectOutputs(configuration, outputs, {
    settings,
    connection: run.connection,
    provisionedProductId: productId,
    readAll: () => commands.readOutputs(),
  });
}

/** Changes what there is to change; where a hook wants to see the plan, exactly that plan. */
async function apply(parts: RunParts, module: PreparedModule, work: ModuleWork): Promise<Outputs> {
  const { run, workspace } = parts;
  const { configuration, commands } = module;
  const values = await writeVariables(workspace, configuration.variables, work.parameters);
  const common = ['-json', '-input=false', '-lock=false'];
  const what = [...(work.destroys ? ['-destroy'] : []), `-var-file=${values}`];
  const changes = ['apply', ...common];
  if (run.hooks.beforeApply === undefined) changes.push('-auto-approve', ...what);
  else {
    const plan = path.join(workspace, 'plan');
    await commands.run('plan', ['plan', ...common, ...what, `-out=${plan}`]);
    await passGate(parts, await commands.read('show', ['-json', plan]));
    changes.push(plan);
  }
  try {
    await commands.run('apply', changes, work.onBegin);
    return commands.outputs();
  } catch (error) {
    await saveState(parts, module, error);
    return commands.readOutputs();
  }
}

/** How Terraform says that its backend refused the state. */
const SAVE_ERRORS: ReadonlySet<string | undefined> = new Set([
  'Failed to save state',
  'Failed to persist state to backend',
]);

/**
 * Saves the state of an apply that failed where Terraform itself could not. Returns when that was all that went wrong.
 *
 * @throws the failure of the apply; it names the place of a state that is not in its own
 */
async function saveState({ store, keys, run, time }: RunParts, { folder }: PreparedModule, error: unknown) {
  const holdsLock = !(time.stop.reason instanceof EngineFailure && time.stop.reason.kind === 'lock');
  const saved = await saveErroredState({ folder, store, keys, log: run.log, kill: time.kill, holdsLock });
  if (saved === undefined || !(error instanceof EngineFailure)) throw error;
  if (saved !== 'state') {
    const { kind, fault, message } = error;
    const place = `the state could not be saved; it is kept at ${saved.place}, where the next operation takes it up`;
    throw new EngineFailure(kind, fault, `${place}; ${message}`);
  }
  const isAll = error instanceof CommandFailure && error.end.errors.every(({ summary }) => SAVE_ERRORS.has(summary));
  if (!isAll || time.stop.aborted) throw error;
}

async function passGate({ operation, run }: RunParts, plan: unknown): Promise<void> {
  let reason: string | undefined;
  try {
    reason = await run.hooks.beforeApply?.({ operation, plan });
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  if (reason !== undefined && reason !== '') {
    throw new EngineFailure('plan', 'caller', `the plan was refused before anything changed: ${reason}`);
  }
}
