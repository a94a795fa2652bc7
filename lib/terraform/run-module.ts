import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { OperationOutput } from '../servicecatalog/index.ts';
import { collectOutputs, forgetSecrets } from './collect-outputs.ts';
import type { Configuration } from './configuration/configuration.ts';
import { ConfigurationFileError, readConfiguration } from './configuration/read-configuration.ts';
import { failureOf, type Stage } from './describe-failure.ts';
import { EngineFailure } from './failure.ts';
import { backendOverride, type ProviderSettings, providerOverride } from './overrides.ts';
import type { KeptConfiguration } from './product-store.ts';
import type { RunParts } from './run-operation.ts';
import { runTerraform, type TerraformMessage, type TerraformRun, terraformEnvironment } from './terraform-process.ts';
import { writeVariables } from './variables-file.ts';
import { unpackModule } from './workspace.ts';

/** What is applied, or destroyed. */
export interface ModuleWork {
  /** The artifact; undefined where nobody kept it: then the provider alone is configured, and the state tells the rest. */
  readonly bytes: Buffer | undefined;
  readonly configuration: KeptConfiguration | undefined;
  readonly destroys: boolean;
}

/** Is told of the moments of a run. */
export interface RunMoments {
  /** Before the command that may change something. */
  readonly beforeChanges: () => Promise<void>;
  /** The first change of a resource begins. */
  readonly onBegin: () => void;
}

/** The oldest Terraform whose S3 backend has a lock of its own. */
const OLDEST = [1, 10] as const;

/** Runs init, and apply or destroy, in a folder of its own. @throws EngineFailure, ArtifactError */
export async function applyModule(
  parts: RunParts,
  work: ModuleWork,
  moments: RunMoments,
): Promise<readonly OperationOutput[]> {
  const { operation, run, time, workspace, declare } = parts;
  const root = path.join(workspace, work.configuration?.artifactKey.split('-').at(-1) ?? 'empty');
  const folder = await prepareFolder(parts, work, root);
  const configuration = await readConfiguration(folder).catch((error: unknown) => {
    throw error instanceof ConfigurationFileError
      ? new EngineFailure('configuration', 'product author', error.message)
      : error;
  });
  const parameters = work.configuration?.parameters ?? {};
  for (const { name, sensitive } of configuration.variables) if (sensitive) declare(parameters[name] ?? '');
  await writeOverrides(parts, work, folder, configuration);
  const values = await writeVariables(workspace, configuration.variables, parameters);
  const terraform: TerraformRun = {
    binary: run.binary,
    folder,
    env: terraformEnvironment({ ...run.env, AWS_REGION: run.connection.region }, workspace),
    stop: time.stop,
    kill: time.kill,
  };
  const { command, outputs } = createCommands(parts, terraform, moments);
  await command('init', ['init', '-json', '-input=false', '-no-color']);
  await overrideDefaultProvider(parts, work, folder, configuration);
  const common = ['-json', '-input=false', '-lock=false'];
  const destroy = work.destroys ? ['-destroy'] : [];
  if (run.hooks.beforeApply === undefined) {
    await moments.beforeChanges();
    await command('apply', ['apply', ...common, '-auto-approve', ...destroy, `-var-file=${values}`]);
  } else {
    const plan = path.join(workspace, 'plan');
    await command('plan', ['plan', ...common, ...destroy, `-var-file=${values}`, `-out=${plan}`]);
    const shown = await runTerraform(terraform, ['show', '-json', plan]);
    if (shown.code !== 0) throw failureOf('plan', shown, false);
    await passGate(parts, JSON.parse(shown.stdout));
    await moments.beforeChanges();
    await command('apply', ['apply', ...common, plan]);
  }
  const { sensitiveOutputs: settings } = run.settings;
  const productId = operation.provisionedProduct.id;
  if (work.destroys) {
    if (typeof settings === 'object') {
      const names = configuration.outputs.filter(({ sensitive }) => sensitive).map(({ name }) => name);
      await forgetSecrets(run.connection, settings.parameterStorePrefix, productId, names);
    }
    return [];
  }
  const readAll = async () => JSON.parse((await runTerraform(terraform, ['output', '-json'])).stdout);
  return collectOutputs(configuration, outputs(), {
    settings,
    connection: run.connection,
    provisionedProductId: productId,
    readAll,
  });
}

/** Runs commands one after the other, and keeps what they tell. */
function createCommands({ run, time }: RunParts, terraform: TerraformRun, moments: RunMoments) {
  let began = false;
  let outputs: NonNullable<TerraformMessage['outputs']> = {};
  let tooOld: string | undefined;

  function onMessage(message: TerraformMessage): void {
    const { type = '', hook } = message;
    if (type === 'version') tooOld = versionTooOld(message);
    if (type === 'outputs' && message.outputs !== undefined) outputs = message.outputs;
    if (type === 'apply_start' && !began) {
      began = true;
      moments.onBegin();
    }
    if (/^apply_(start|progress|complete|errored)$/.test(type)) {
      run.log.info(`terraform ${type.replace('_', ' ')}`, { resource: hook?.resource?.addr, action: hook?.action });
    }
  }

  return {
    outputs: () => outputs,
    /** @throws EngineFailure when the command fails, the program is too old, or the run has to stop */
    async command(stage: Stage, args: readonly string[]): Promise<void> {
      if (time.stop.aborted) throw stopped(time.stop, stage, began);
      const end = await runTerraform(terraform, args, onMessage);
      if (tooOld !== undefined) {
        throw new EngineFailure('internal', 'engine', `terraform ${tooOld} is too old: the engine needs at least 1.10`);
      }
      if (end.code === 0) return;
      throw time.stop.aborted ? stopped(time.stop, stage, began) : failureOf(stage, end, began);
    },
  };
}

/** The version that a program tells of itself, where that is too old; OpenTofu has a lock in S3 from 1.10 on, too. */
function versionTooOld({ terraform, tofu }: TerraformMessage): string | undefined {
  const version = terraform ?? tofu;
  if (version === undefined) return undefined;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]) ? version : undefined;
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

function stopped({ reason }: AbortSignal, stage: Stage, began: boolean): EngineFailure {
  if (reason instanceof EngineFailure) return reason;
  const what = began ? 'what was finished is in the state, and an update takes up the rest' : 'nothing was changed';
  return new EngineFailure('timeout', 'engine', `terraform ${stage} was stopped when its time was over; ${what}`);
}

async function prepareFolder(
  { run, time }: RunParts,
  { bytes, configuration }: ModuleWork,
  root: string,
): Promise<string> {
  if (bytes !== undefined) return unpackModule(bytes, root, configuration?.artifact ?? '', time.stop);
  run.log.warn('nobody kept the configuration of this product; it is destroyed by its state alone');
  await mkdir(root, { recursive: true });
  await writeFile(path.join(root, 'main.tf'), '');
  return root;
}

function providerSettings({ operation }: RunParts, { configuration }: ModuleWork): ProviderSettings {
  const { tracerTag, launchRoleArn, provisionedProduct, id } = operation;
  return {
    launchRoleArn,
    sessionName: `${provisionedProduct.id}-${id}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64),
    tags: { ...configuration?.tags, [tracerTag.key]: tracerTag.value },
  };
}

const BACKEND_FILE = 'zz_ringback_backend_override.tf.json';
const PROVIDER_FILE = 'zz_ringback_provider_override.tf.json';

async function writeOverrides(
  parts: RunParts,
  work: ModuleWork,
  folder: string,
  configuration: Configuration,
): Promise<void> {
  const { run, keys, region } = parts;
  const { stateBucket: bucket, kmsKeyArn } = run.settings;
  const hasOtherEndpoint = (run.env.AWS_ENDPOINT_URL_S3 ?? run.env.AWS_ENDPOINT_URL ?? '') !== '';
  const endpoints = hasOtherEndpoint
    ? { s3: run.connection.endpoint('s3').href, sts: run.connection.endpoint('sts').href }
    : undefined;
  await writeOverride(folder, BACKEND_FILE, backendOverride({ bucket, key: keys.state, region, kmsKeyArn, endpoints }));
  const providers = providerOverride(configuration, providerSettings(parts, work), false);
  if (providers !== undefined) await writeOverride(folder, PROVIDER_FILE, providers);
}

/**
 * A configuration may use hashicorp/aws without a block of it, or only modules of it do: `init` tells, by its lock file.
 * Only then the provider without an alias is configured, so that others are not made to install it.
 */
async function overrideDefaultProvider(
  parts: RunParts,
  work: ModuleWork,
  folder: string,
  configuration: Configuration,
): Promise<void> {
  const lockFile = await readFile(path.join(folder, '.terraform.lock.hcl'), 'utf8').catch(() => '');
  if (!/^provider "[^"]*\/hashicorp\/aws"/m.test(lockFile)) return;
  const providers = providerOverride(configuration, providerSettings(parts, work), true);
  if (providers !== undefined) await writeOverride(folder, PROVIDER_FILE, providers);
}

function writeOverride(folder: string, name: string, content: object): Promise<void> {
  return writeFile(path.join(folder, name), JSON.stringify(content), { mode: 0o600 });
}
