import {
  type ArchiveFailures,
  type ByteSource,
  createCatalog,
  type ExtractedFiles,
  type ExtractOptions,
  extractArchive,
  extractOptionsProblem,
  openArchive,
} from '../../archive/index.ts';
import { createS3Client, openObjectReader } from '../../aws/s3/index.ts';
import { InvalidOptionError } from '../../core/errors.ts';
import type { ArtifactAccess } from './artifact-access.ts';
import { createFailures } from './artifact-failure.ts';
import type { ArtifactLocation } from './artifact-location.ts';

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/** Unpacks an artifact into a folder. @throws ArtifactError, PermissionError, InvalidOptionError */
export async function extractArtifact(
  location: ArtifactLocation,
  access: ArtifactAccess,
  dir: string,
  options?: ExtractOptions,
): Promise<ExtractedFiles> {
  const problem = extractOptionsProblem(options);
  if (problem !== undefined) throw new InvalidOptionError(problem);
  const { signal } = access;
  const { source, failures } = await open(location, access);
  const catalog = createCatalog(await openArchive(source, failures, signal), failures, signal);
  return extractArchive(dir, catalog, failures, signal, options);
}

/** Reads an artifact into memory. @throws ArtifactError, PermissionError */
export async function readArtifact(
  location: ArtifactLocation,
  access: ArtifactAccess,
  maxBytes = DEFAULT_MAX_BYTES,
): Promise<Buffer> {
  const { source, failures } = await open(location, access);
  if (source.size > maxBytes) {
    throw failures.because(`it has ${source.size} bytes, more than the ${maxBytes} to be read into memory`);
  }
  return source.read(0, source.size).catch((error: unknown) => {
    throw failures.from(error);
  });
}

async function open(
  location: ArtifactLocation,
  { connection, credentials, reader, signal }: ArtifactAccess,
): Promise<{ source: ByteSource; failures: ArchiveFailures }> {
  const failures = createFailures(location, reader, signal);
  // Asked here first, so that a role that cannot be assumed is not taken for a fault of the object.
  await credentials();
  const client = createS3Client({ connection, credentials, signal });
  const source = await openObjectReader(client, location).catch((error: unknown) => {
    throw failures.from(error);
  });
  return { source, failures };
}
