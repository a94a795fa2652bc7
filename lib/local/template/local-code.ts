import { existsSync } from 'node:fs';
import path from 'node:path';
import { AssemblyError } from './assembly-error.ts';
import type { FileAsset } from './asset-manifest.ts';
import { isRecord } from './is-record.ts';
import type { TemplateResource } from './template.ts';

/** The property of each type that holds code as `S3Bucket` and `S3Key`. */
const CODE_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'Code',
  'AWS::Lambda::LayerVersion': 'Content',
};

/** Where {@link withLocalCode} looks for code. */
export interface CodeSource {
  readonly assemblyDir: string;
  readonly assets: ReadonlyMap<string, FileAsset>;
}

/**
 * The properties with code from a CDK asset given as `LocalPath`, the absolute path of the folder or zip file.
 *
 * The asset is found by its object key, or by the `aws:asset:path` of the resource's metadata. Code that is no asset
 * of the app stays as it is.
 *
 * @throws AssemblyError `AssetMissing` when metadata names a file that does not exist.
 */
export function withLocalCode(
  logicalId: string,
  resource: TemplateResource,
  properties: Readonly<Record<string, unknown>>,
  source: CodeSource,
): Readonly<Record<string, unknown>> {
  const property = CODE_PROPERTIES[resource.Type];
  const code = property === undefined ? undefined : properties[property];
  if (property === undefined || !isRecord(code) || typeof code.S3Key !== 'string') return properties;
  const localPath = source.assets.get(code.S3Key)?.source ?? fromMetadata(logicalId, resource, property, source);
  return localPath === undefined ? properties : { ...properties, [property]: { LocalPath: localPath } };
}

function fromMetadata(
  logicalId: string,
  { Metadata: metadata }: TemplateResource,
  property: string,
  { assemblyDir }: CodeSource,
): string | undefined {
  const assetPath = metadata?.['aws:asset:path'];
  if (typeof assetPath !== 'string' || (metadata?.['aws:asset:property'] ?? property) !== property) return undefined;
  const absolute = path.resolve(assemblyDir, assetPath);
  if (existsSync(absolute)) return absolute;
  throw new AssemblyError(
    'AssetMissing',
    `asset ${assetPath} of resource ${logicalId} is missing: ${absolute} does not exist: synthesize the app again`,
  );
}
