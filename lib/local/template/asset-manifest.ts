import path from 'node:path';
import { AssemblyError } from './assembly-error.ts';
import { isRecord } from './is-record.ts';
import { readJsonFile } from './json-file.ts';

/** A file asset of a stack. */
export interface FileAsset {
  /** The name of the object that the asset would be uploaded as. */
  readonly objectKey: string;
  /** The absolute path of the file or folder in the assembly. */
  readonly source: string;
  /** What errors call it, such as `Function/Code`. */
  readonly displayName: string;
}

/** Reads the file assets of an asset manifest (`*.assets.json`) by object key. @throws AssemblyError */
export function readAssetManifest(file: string): Map<string, FileAsset> {
  const document = readJsonFile(file, 'ManifestMalformed');
  const files = isRecord(document) ? (document.files ?? {}) : undefined;
  if (!isRecord(files)) {
    throw new AssemblyError('ManifestMalformed', `asset manifest ${file} is malformed: "files" must be an object`);
  }
  const assets = new Map<string, FileAsset>();
  for (const [id, entry] of Object.entries(files)) {
    if (!isRecord(entry) || !isRecord(entry.source) || typeof entry.source.path !== 'string') continue;
    const source = path.resolve(path.dirname(file), entry.source.path);
    const displayName = typeof entry.displayName === 'string' ? entry.displayName : id;
    for (const destination of Object.values(isRecord(entry.destinations) ? entry.destinations : {})) {
      if (!isRecord(destination) || typeof destination.objectKey !== 'string') continue;
      assets.set(destination.objectKey, { objectKey: destination.objectKey, source, displayName });
    }
  }
  return assets;
}
