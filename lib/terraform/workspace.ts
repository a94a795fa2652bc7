import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createCatalog, extractArchive, openArchive } from '../archive/index.ts';
import { ArtifactError } from '../core/artifact-error.ts';
import { listConfigurationFiles } from './configuration/configuration-files.ts';
import { ERRORED_FILE, rescueLeftState } from './errored-state.ts';
import { leftFolders, runFolderPrefix } from './process-identity.ts';

/**
 * A folder that only this user can read. Those of runs that have died are removed on the way: they may hold secrets. A
 * state that could not be saved is kept.
 */
export async function makeWorkspace(): Promise<string> {
  for (const folder of leftFolders()) {
    await rescueLeftState(folder);
    await rm(folder, { recursive: true, force: true });
  }
  return mkdtemp(runFolderPrefix());
}

/**
 * Unpacks an artifact into a folder and finds the root module in it: at the root, or in the one folder there is.
 *
 * @throws ArtifactError when it is no archive, or holds no configuration; then it says what it holds
 */
export async function unpackModule(
  bytes: Buffer,
  folder: string,
  artifact: string,
  signal: AbortSignal,
): Promise<string> {
  const failures = {
    because: (problem: string, details: { entry?: string; cause?: unknown } = {}) =>
      new ArtifactError(
        `the artifact${details.entry === undefined ? '' : `, entry "${details.entry}"`}: ${problem} (${artifact})`,
        {
          artifact,
          ...details,
        },
      ),
    from: (error: unknown, entry?: string) =>
      error instanceof ArtifactError || signal.aborted
        ? error
        : failures.because((error as Error).message, { ...(entry === undefined ? {} : { entry }), cause: error }),
  };
  const source = {
    size: bytes.length,
    read: async (start: number, length: number) => {
      if (start + length > bytes.length) throw new RangeError(`it has ${bytes.length} bytes`);
      return bytes.subarray(start, start + length);
    },
    stream: (start: number, end: number) => Readable.from([bytes.subarray(start, end)], { objectMode: false }),
  };
  if (bytes.length === 0) throw failures.because('the object is empty');
  const catalog = createCatalog(await openArchive(source, failures, signal), failures, signal);
  // An author's own run may have left one: it must not be taken for the state of this product.
  const options = { maxBytes: 512 * 1024 * 1024, exclude: [ERRORED_FILE] };
  await extractArchive(folder, catalog, failures, signal, options);
  return findModule(folder, failures.because);
}

async function findModule(folder: string, because: (problem: string) => Error): Promise<string> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !/^(\.|__MACOSX$)/.test(name));
  if (await holdsConfiguration(folder)) return folder;
  const found: string[] = [];
  for (const entry of entries.filter((each) => each.isDirectory())) {
    if (await holdsConfiguration(path.join(folder, entry.name))) found.push(entry.name);
  }
  const [only] = found;
  if (found.length === 1 && only !== undefined) return path.join(folder, only);
  if (found.length > 1) {
    throw because(
      `no .tf or .tf.json file at its root, and more than one folder that holds some: ${found.sort().join(', ')}`,
    );
  }
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  throw because(
    `no .tf or .tf.json file at its root or one folder deep; found ${names.slice(0, 10).join(', ') || 'nothing'}`,
  );
}

async function holdsConfiguration(folder: string): Promise<boolean> {
  const { primary, overrides } = await listConfigurationFiles(folder);
  return primary.length + overrides.length > 0;
}
