import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from './configuration/configuration.ts';
import { lastOverrideName } from './configuration/configuration-files.ts';
import { ConfigurationFileError, readConfiguration } from './configuration/read-configuration.ts';
import { EngineFailure } from './failure.ts';
import { backendOverride, type ProviderSettings, providerOverride } from './overrides.ts';
import type { RunParts } from './run-parts.ts';
import { createCommands, type TerraformCommands } from './terraform-commands.ts';
import { unpackModule } from './workspace.ts';

/** What is laid out. */
export interface ModuleSource {
  /** The artifact; undefined where nobody kept it: then the provider alone is configured, and the state tells the rest. */
  readonly bytes: Buffer | undefined;
  /** Where it came from, for messages. */
  readonly artifact: string;
  /** What the providers tag, beside the tracer tag. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A root module in a folder of its own. */
export interface PreparedModule {
  readonly folder: string;
  readonly configuration: Configuration;
  readonly commands: TerraformCommands;
  /** Runs init. Nothing of it needs the lock. @throws EngineFailure */
  init(): Promise<void>;
}

const BACKEND_FILE = 'zz_ringback_backend_override.tf.json';
const PROVIDER_FILE = 'zz_ringback_provider_override.tf.json';

/** Unpacks a module into a folder of its own, and overrides what is the engine's. @throws EngineFailure, ArtifactError */
export async function prepareModule(parts: RunParts, source: ModuleSource): Promise<PreparedModule> {
  const folder = await prepareFolder(parts, source);
  const configuration = await readConfiguration(folder).catch((error: unknown) => {
    throw error instanceof ConfigurationFileError
      ? new EngineFailure('configuration', 'product author', error.message)
      : error;
  });
  // What its author's own Terraform left there would lead to another state.
  for (const name of ['environment', 'terraform.tfstate']) await removeFile(path.join(folder, '.terraform', name));
  const settings = providerSettings(parts, source);
  await writeOverride(path.join(folder, await lastOverrideName(folder, BACKEND_FILE)), backendOf(parts));
  const providerFile = path.join(folder, await lastOverrideName(folder, PROVIDER_FILE));
  await overrideProviders(providerFile, configuration, settings, false);
  const commands = createCommands(parts, folder);
  return {
    folder,
    configuration,
    commands,
    async init() {
      await commands.run('init', ['init', '-json', '-input=false', '-no-color', '-reconfigure']);
      if (await usesAws(folder)) await overrideProviders(providerFile, configuration, settings, true);
    },
  };
}

async function prepareFolder({ run, time, workspace }: RunParts, { bytes, artifact }: ModuleSource): Promise<string> {
  const root = path.join(workspace, randomUUID());
  if (bytes !== undefined) return unpackModule(bytes, root, artifact, time.stop);
  run.log.warn('nobody kept the configuration of this product; it is destroyed by its state alone');
  await mkdir(root, { recursive: true });
  await writeFile(path.join(root, 'main.tf'), '');
  return root;
}

function providerSettings({ operation }: RunParts, { tags }: ModuleSource): ProviderSettings {
  const { tracerTag, launchRoleArn, provisionedProduct, id } = operation;
  return {
    launchRoleArn,
    sessionName: `${provisionedProduct.id}-${id}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64),
    tags: { ...tags, [tracerTag.key]: tracerTag.value },
  };
}

function backendOf({ run, keys, region }: RunParts): object {
  const { stateBucket: bucket, kmsKeyArn } = run.settings;
  const hasOtherEndpoint = (run.env.AWS_ENDPOINT_URL_S3 ?? run.env.AWS_ENDPOINT_URL ?? '') !== '';
  const endpoints = hasOtherEndpoint
    ? { s3: run.connection.endpoint('s3').href, sts: run.connection.endpoint('sts').href }
    : undefined;
  return backendOverride({ bucket, key: keys.state, region, kmsKeyArn, endpoints });
}

async function overrideProviders(
  file: string,
  configuration: Configuration,
  settings: ProviderSettings,
  addsDefault: boolean,
): Promise<void> {
  const providers = providerOverride(configuration, settings, addsDefault);
  if (providers !== undefined) await writeOverride(file, providers);
}

/**
 * A configuration may use hashicorp/aws without a block of it, or only modules of it do: `init` tells, by its lock file.
 * Only then the provider without an alias is configured, so that others are not made to install it.
 */
async function usesAws(folder: string): Promise<boolean> {
  const lockFile = await readFile(path.join(folder, '.terraform.lock.hcl'), 'utf8').catch(() => '');
  return /^provider "[^"]*\/hashicorp\/aws"/m.test(lockFile);
}

function writeOverride(file: string, content: object): Promise<void> {
  return writeFile(file, JSON.stringify(content), { mode: 0o600 });
}

/** Removes a file where there is one; what stands in the place of its folder is Terraform's to refuse. */
async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTDIR') throw error;
  });
}
