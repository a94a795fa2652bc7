import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { BuildOptions, Message, Metafile, Plugin } from 'esbuild';
import { awaitPreparation } from './await-preparation.ts';
import { buildEntry } from './build-entry.ts';
import { builtinsByRequire } from './builtins-by-require.ts';
import { BundleError, type BundleProblem } from './bundle-error.ts';
import { createJmespathStub } from './jmespath-stub.ts';
import { loadEsbuild } from './load-esbuild.ts';

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

/** One file of a bundle. */
export interface BundledFile {
  /** Relative to the bundle's folder. */
  readonly path: string;
  readonly bytes: number;
  /** Whether every cold start loads it; the others are source maps, and chunks that are imported when needed. */
  readonly atStart: boolean;
  /** What the file was made from, relative to the project's root, and how many of its bytes come from each. */
  readonly inputs: Readonly<Record<string, number>>;
}

/** What {@link bundleHandler} wrote. */
export interface Bundle {
  readonly files: readonly BundledFile[];
  /** What esbuild warned of; none of it stops the bundle. */
  readonly warnings: readonly BundleProblem[];
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
  if (!existsSync(entry)) {
    throw new BundleError(options.entry, [{ message: `there is no file ${entry}; give the path of the handler` }]);
  }
  const root = projectRoot(entry);
  const shown = posix(relative(root, entry));
  // Nothing is written there: a fixed place inside the root keeps the paths in source maps free of the machine's own.
  const stage = join(root, '.ringback', 'bundle');
  const handler = options.handler ?? 'handler';
  const { build } = await loadEsbuild(shown);
  const stub = createJmespathStub();
  const buildWith = (plugins: readonly Plugin[]) => {
    const all = { ...buildOptions(options, root), outdir: stage, plugins: [builtinsByRequire, ...plugins] };
    return buildEntry(build, all, { entry, shown, handler });
  };
  const { result, entryPoint, exports } = await buildWith([stub.plugin])
    .then((built) => (stub.isNeeded() ? buildWith([]) : built))
    .catch((error: { errors?: Message[] } & Error) => {
      throw new BundleError(shown, error.errors?.map(problemOf) ?? [{ message: error.message }]);
    });
  requireExport(exports, handler, shown);

  await mkdir(options.outdir, { recursive: true });
  const files: BundledFile[] = [];
  const loaded = loadedAtStart(result.metafile, entryPoint);
  for (const file of result.outputFiles.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const path = posix(relative(stage, file.path));
    const output = posix(relative(root, file.path));
    const isEntry = result.metafile.outputs[output]?.entryPoint === entryPoint;
    const contents = isEntry ? Buffer.from(awaitPreparation(file)) : file.contents;
    await writeFile(join(options.outdir, path), contents);
    const inputs = result.metafile.outputs[output]?.inputs ?? {};
    files.push({
      path,
      bytes: contents.byteLength,
      atStart: loaded.has(output),
      inputs: Object.fromEntries(Object.entries(inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput])),
    });
  }
  return { files, warnings: result.warnings.map(problemOf) };
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
  if (exports === undefined || exports.includes(handler)) return;
  const found = exports.length === 0 ? 'nothing' : exports.join(', ');
  throw new BundleError(entry, [{ file: entry, message: `does not export ${handler}; it exports ${found}` }]);
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
