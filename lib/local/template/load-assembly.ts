import { existsSync } from 'node:fs';
import path from 'node:path';
import { AssemblyError } from './assembly-error.ts';
import type { FileAsset } from './asset-manifest.ts';
import { type ManifestStack, readManifest } from './manifest.ts';
import { orderByDependency } from './order.ts';
import { readTemplate, type Template } from './template.ts';

/** A stack of a cloud assembly with its template. */
export interface StackArtifact extends Omit<ManifestStack, 'dependencies'> {
  readonly template: Template;
  /** The stacks that must be deployed before this one. */
  readonly dependencies: readonly StackArtifact[];
}

/** What `cdk synth` wrote. */
export interface CloudAssembly {
  /** The absolute path of the folder. */
  readonly dir: string;
  /** Every stack, those of stages too, each after the stacks that it depends on. */
  readonly stacks: readonly StackArtifact[];
}

/**
 * Reads a cloud assembly: manifests, templates, asset manifests and dependencies.
 *
 * @throws AssemblyError when the folder is none, a file in it is malformed or an asset that a resource names is missing.
 */
export function loadAssembly(dir: string): CloudAssembly {
  const root = path.resolve(dir);
  const listed = readManifest(root);
  const byKey = new Map(listed.map((stack) => [keyOf(stack.dir, stack.id), stack]));

  /** Stages name their own artifacts by plain id, and those of the assembly around them too. */
  function dependencyKeys(key: string): string[] {
    const stack = byKey.get(key);
    return (stack?.dependencies ?? []).flatMap((id) => {
      const found = [keyOf(stack?.dir ?? root, id), keyOf(root, id)].find((candidate) => byKey.has(candidate));
      return found === undefined ? [] : [found];
    });
  }

  const loaded = new Map<string, StackArtifact>();
  for (const key of orderByDependency([...byKey.keys()], dependencyKeys, 'stacks')) {
    const stack = byKey.get(key) as ManifestStack;
    const dependencies = dependencyKeys(key).map((dependency) => loaded.get(dependency) as StackArtifact);
    const template = readTemplate(stack.templateFile);
    requireAssets(stack, template);
    loaded.set(key, { ...stack, template, dependencies });
  }
  return { dir: root, stacks: [...loaded.values()] };
}

const keyOf = (dir: string, id: string) => `${dir}\0${id}`;

function requireAssets(stack: ManifestStack, template: Template): void {
  const missing = [...stack.assets.values()].filter((asset) => !existsSync(asset.source));
  for (const asset of missing) {
    const user = userOf(asset, template);
    if (user === undefined) continue;
    throw new AssemblyError(
      'AssetMissing',
      `asset ${asset.displayName} of resource ${user} in stack ${stack.stackName} is missing: ` +
        `${asset.source} does not exist: synthesize the app again`,
    );
  }
}

/** Object keys carry a hash, so the text of a resource tells reliably whether it uses one, however it is put together. */
function userOf(asset: FileAsset, template: Template): string | undefined {
  const uses = ([, resource]: [string, unknown]) => JSON.stringify(resource).includes(asset.objectKey);
  return Object.entries(template.Resources).find(uses)?.[0];
}
