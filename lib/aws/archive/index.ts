export { type ArchiveFailures, quoted } from './archive-failures.ts';
export { checkLocalHeader, openContent } from './entry-content.ts';
export { pathProblem, plainPath } from './entry-path.ts';
export { extractArchive } from './extract-archive.ts';
export type { ExtractedFiles, ExtractOptions } from './extract-options.ts';
export { extractZip } from './extract-zip.ts';
export { isWithin } from './extraction-target.ts';
export { type ObjectReader, openObjectReader } from './object-reader.ts';
export { readDirectory, type ZipRecord } from './zip-directory.ts';
