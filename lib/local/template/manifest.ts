import { existsSync } from 'node:fs';
import path from 'node:path';
import { AssemblyError } from './assembly-error.ts';
import { type FileAsset, readAssetManifest } from './asset-manifest.ts';
import { isRecord } from './is-record.ts';
import { readJsonFile } from './json-file.ts';

/** A stack as the manifest of a cloud assembly lists it. */
export interface ManifestStack {
  /** The artifact's id, unique in its manifest. */
  readonly id: string;
  readonly stackName: string;
  /** The path of the stack's construct, such as `Prod/Pipeline`. */
  readonly displayName: string;
  /** The folder of the manifest. */
  readonly dir: string;
  readonly templateFile: string;
  /** Values that the app itself gives to template parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Ids of other artifacts. */
  readonly dependencies: readonly string[];
  readonly assets: ReadonlyMap<string, FileAsset>;
  /** The construct path of each logical id. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Reads the stacks of a manifest and of the assemblies nested in it (stages), in the manifest's order. */
export function readManifest(dir: string): ManifestStack[] {
  const file = path.join(dir, 'manifest.json');
  if (!existsSync(dir)) throw new AssemblyError('AssemblyNotFound', `${dir} does not exist: synthesize the app first`);
  if (!existsSync(file)) {
    throw new AssemblyError('AssemblyNotFound', `${dir} is no cloud assembly: it holds no manifest.json`);
  }
  const manifest = readJsonFile(file, 'ManifestMalformed');
  const artifacts = isRecord(manifest) ? (manifest.artifacts ?? {}) : undefined;
  if (!isRecord(artifacts)) {
    throw new AssemblyError('ManifestMalformed', `manifest ${file} is malformed: "artifacts" must be an object`);
  }
  const stacks: ManifestStack[] = [];
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (!isRecord(artifact)) {
      throw new AssemblyError('ManifestMalformed', `manifest ${file} is malformed: artifact "${id}" must be an object`);
    }
    const properties = isRecord(artifact.properties) ? artifact.properties : {};
    const required = (name: string): string => {
      const value = properties[name];
      if (typeof value === 'string') return value;
      throw new AssemblyError('ManifestMalformed', `manifest ${file} is malformed: artifact "${id}" has no ${name}`);
    };
    if (artifact.type === 'cdk:cloud-assembly') {
      stacks.push(...readManifest(path.join(dir, required('directoryName'))));
    } else if (artifact.type === 'aws:cloudformation:stack') {
      const dependencies = strings(artifact.dependencies);
      stacks.push({
        id,
        stackName: typeof properties.stackName === 'string' ? properties.stackName : id,
        displayName: typeof artifact.displayName === 'string' ? artifact.displayName : id,
        dir,
        templateFile: path.join(dir, required('templateFile')),
        parameters: isRecord(properties.parameters) ? properties.parameters : {},
        dependencies,
        assets: assetsOf(dir, artifacts, dependencies),
        paths: pathsOf(dir, artifact),
      });
    }
  }
  return stacks;
}

function assetsOf(dir: string, artifacts: Record<string, unknown>, ids: readonly string[]): Map<string, FileAsset> {
  const assets = new Map<string, FileAsset>();
  for (const id of ids) {
    const artifact = artifacts[id];
    if (!isRecord(artifact) || artifact.type !== 'cdk:asset-manifest' || !isRecord(artifact.properties)) continue;
    if (typeof artifact.properties.file !== 'string') continue;
    for (const [key, asset] of readAssetManifest(path.join(dir, artifact.properties.file))) assets.set(key, asset);
  }
  return assets;
}

/** Older apps keep the metadata in the manifest, newer ones in a file beside it. */
function pathsOf(dir: string, artifact: Record<string, unknown>): Map<string, string> {
  const paths = new Map<string, string>();
  const sources: unknown[] = [artifact.metadata];
  if (typeof artifact.additionalMetadataFile === 'string') {
    const file = path.join(dir, artifact.additionalMetadataFile);
    if (existsSync(file)) sources.push(readJsonFile(file, 'ManifestMalformed'));
  }
  for (const metadata of sources) {
    for (const [constructPath, entries] of Object.entries(isRecord(metadata) ? metadata : {})) {
      for (const entry of Array.isArray(entries) ? entries : []) {
        if (!isRecord(entry) || entry.type !== 'aws:cdk:logicalId' || typeof entry.data !== 'string') continue;
        paths.set(entry.data, constructPath.replace(/^\//, ''));
      }
    }
  }
  return paths;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
