import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Message, Metafile, Plugin } from 'esbuild';
import { packageVersion } from '../../lib/package-version.ts';
import { awaitPreparation } from './await-preparation.ts';
import type { BuiltEntry } from './build.ts';
import { buildEntry, exportOf, isInNoFile } from './build-entry.ts';
import { builtinsByRequire } from './builtins-by-require.ts';
import { type MadeBundle, openBundleCache } from './bundle-cache.ts';
import { BundleError, type BundleProblem } from './bundle-error.ts';
import type { Bundle, BundledFile } from './bundled-files.ts';
import { createJmespathStub } from './jmespath-stub.ts';
import { loadEsbuild } from './load-esbuild.ts';
import { sourceFingerprint } from './source-fingerprint.ts';

/** Options of {@link bundleHandler}. JSON-safe, since they travel to another process. */
export interface BundleOptions {
  /** The file that exports the handler: TypeScript or JavaScript, an ES module or CommonJS. */
  readonly entry: string;
  /** The folder that receives `index.mjs` and its chunks. */
  readonly outdir: string;
  /** @defaultValue 'handler' */
  readonly handler?: string;
  /** @defaultValue true */
  readonly minify?: boolean;
  /**
   * Writes source maps beside the code, without the sources' text. Node reads them only where the function's
   * environment has `NODE_OPTIONS=--enable-source-maps`, which costs a cold start 5 to 15 ms.
   *
   * @defaultValue true
   */
  readonly sourceMap?: boolean;
  /** Conditions of package exports and imports, before esbuild's own. @defaultValue none */
  readonly conditions?: readonly string[];
  /** Packages to leave out, because a layer brings them. @defaultValue none */
  readonly external?: readonly string[];
  /** Constants to replace while bundling, as esbuild's `define`. @defaultValue none */
  readonly define?: Readonly<Record<string, string>>;
}

// In the repository the package's own entries lead to its sources; a published package holds none.
const ownConditions = import.meta.url.endsWith('.ts') ? ['lambda', 'ringback-source'] : ['lambda'];

// For bundled CommonJS that requires by a computed name; costs nothing until called.
const requireBanner = 'const require=(id)=>process.getBuiltinModule("module").createRequire(import.meta.url)(id);';

/**
 * Bundles one handler for Lambda: an ES module `index.mjs` and, for what it imports dynamically, chunks of their own.
 *
 * The same sources give the same bytes on every machine: paths inside are relative to the project's root, the folder
 * of the nearest package.json. The AWS SDK is bundled, so its version is the one that was tested.
 *
 * @throws BundleError when the entry is missing, does not compile, or does not export the handler, and when esbuild is
 * not installed.
 */
export async function bundleHandler(options: BundleOptions): Promise<Bundle> {
  const entry = resolve(options.entry);
  const found = statSync(entry, { throwIfNoEntry: false });
  if (found === undefined || found.isDirectory()) {
    const what = found === undefined ? `there is no file ${entry}` : `${entry} is a folder`;
    throw new BundleError(options.entry, [{ message: `${what}; give the path of the handler` }]);
  }
  const root = projectRoot(entry);
  const shown = posix(relative(root, entry));
  // Nothing is written there: a fixed place inside the root keeps the paths in source maps free of the machine's own.
  const stage = join(root, '.ringback', 'bundle');
  const handler = options.handler ?? 'handler';
  const esbuild = await loadEsbuild(entry, shown);
  const cache = openBundleCache(
    root,
    JSON.stringify([{ ...options, outdir: '', entry: shown }, ownVersion(), esbuild.version, process.version]),
  );
  const { bundle, contents } = cache.find() ?? (await make());

  await mkdir(options.outdir, { recursive: true });
  for (const [index, { path }] of bundle.files.entries()) {
    await writeFile(join(options.outdir, path), contents[index] as Uint8Array);
  }
  return bundle;

  async function make(): Promise<MadeBundle> {
    const stub = createJmespathStub();
    const buildWith = (plugins: readonly Plugin[]) => {
      const all = { ...buildOptions(options, root), outdir: stage, plugins: [builtinsByRequire, ...plugins] };
      return buildEntry(esbuild.build, all, { entry, shown, handler });
    };
    const built = await buildWith([stub.plugin])
      .then((first) => (stub.isNeeded() ? buildWith([]) : first))
      .catch((error: { errors?: Message[] } & Error) => {
        throw new BundleError(shown, error.errors?.map(problemOf) ?? [{ message: error.message }]);
      });
    requireExport(built.exports, handler, shown);
    const made = madeOf(built, { root, stage });
    cache.keep(made);
    return made;
  }
}

/** What esbuild made, as the files of the bundle. */
function madeOf(
  { result, entryPoint }: BuiltEntry,
  { root, stage }: { readonly root: string; readonly stage: string },
): MadeBundle {
  const loaded = loadedAtStart(result.metafile, entryPoint);
  const made = result.outputFiles
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file): { readonly file: BundledFile; readonly content: Uint8Array } => {
      const path = posix(relative(stage, file.path));
      const output = posix(relative(root, file.path));
      const isEntry = result.metafile.outputs[output]?.entryPoint === entryPoint;
      const content = isEntry ? Buffer.from(awaitPreparation(file)) : file.contents;
      const inputs = Object.entries(result.metafile.outputs[output]?.inputs ?? {});
      return {
        file: {
          path,
          bytes: content.byteLength,
          atStart: loaded.has(output),
          inputs: Object.fromEntries(inputs.map(([input, { bytesInOutput }]) => [input, bytesInOutput])),
        },
        content,
      };
    });
  return {
    bundle: { files: made.map(({ file }) => file), warnings: result.warnings.map(problemOf) },
    contents: made.map(({ content }) => content),
    inputs: Object.keys(result.metafile.inputs).filter((input) => !isInNoFile(input)),
  };
}

/** What bundles: in the repository, where a version stands still while the code changes, all of the code. */
function ownVersion(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  return (
    (import.meta.url.endsWith('.ts') ? sourceFingerprint(folder, readdirSync(folder)) : undefined) ?? packageVersion()
  );
}

function buildOptions(options: BundleOptions, root: string) {
  return {
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    conditions: [...ownConditions, 'module', ...(options.conditions ?? [])],
    external: [...(options.external ?? [])],
    minify: options.minify ?? true,
    // Logs and metrics show the names of error classes.
    keepNames: true,
    treeShaking: true,
    legalComments: 'none',
    sourcemap: options.sourceMap ?? true,
    sourcesContent: false,
    define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename', ...options.define },
    banner: { js: requireBanner },
    logLevel: 'silent',
  } as const satisfies BuildOptions;
}

/** The entry's file and all that it imports statically. */
function loadedAtStart({ outputs }: Metafile, entry: string): ReadonlySet<string> {
  const waiting = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === entry);
  const loaded = new Set(waiting);
  for (const path of waiting) {
    for (const imported of outputs[path]?.imports ?? []) {
      if (imported.kind !== 'import-statement' || imported.external || loaded.has(imported.path)) continue;
      loaded.add(imported.path);
      waiting.push(imported.path);
    }
  }
  return loaded;
}

function requireExport(exports: readonly string[] | undefined, handler: string, entry: string): void {
  const wanted = exportOf(handler);
  if (exports === undefined || exports.includes(wanted)) return;
  const found = exports.length === 0 ? 'nothing' : exports.join(', ');
  const advice = exports.includes('default') ? ', so name default as the export that is the handler' : '';
  throw new BundleError(entry, [{ file: entry, message: `does not export ${wanted}; it exports ${found}${advice}` }]);
}

function problemOf({ text, location }: Message): BundleProblem {
  if (location === null) return { message: text };
  return { message: text, file: location.file, line: location.line, column: location.column + 1 };
}

function projectRoot(entry: string): string {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return dirname(entry);
  }
}

function posix(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
