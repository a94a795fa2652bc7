export type { ExtractedFiles, ExtractOptions, PathFilter } from '../../archive/index.ts';
export type { ArtifactAccess, ArtifactLocation } from './artifact-access.ts';
export type { ArtifactEntry, ReadOptions } from './artifact-entry.ts';
export { ArtifactError } from './artifact-error.ts';
export type { Exclusion } from './exclusion.ts';
export type { FileContent } from './file-members.ts';
export { createInputArtifact, type InputArtifact } from './input-artifact.ts';
export {
  createOutputArtifact,
  type FolderOptions,
  type OutputArtifact,
  type WrittenArtifact,
} from './output-artifact.ts';
