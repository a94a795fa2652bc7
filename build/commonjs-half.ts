import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { Manifest } from './manifest.ts';

/** An entry whose classes know each other by `instanceof` and private members, so that one process may have them once only. */
const SHARED_ENTRY = 'infra/index';

/**
 * Writes the CommonJS half of the package: beside each ES module that `exports` lead to its twin, `.cjs`, and beside
 * its types theirs. What a module finds by its own place, such as a program or a model, both halves share.
 *
 * @param dist - the folder that holds the ES modules
 */
export async function writeCommonJsHalf(dist: string, manifest: Manifest): Promise<void> {
  const built = await modulesBehind(dist, entriesOf(manifest));
  for (const { path: twin, text } of await commonJsOf(dist, built.modules)) writeFileSync(twin, text);
  for (const types of globSync('{lib,infra}/**/*.d.ts', { cwd: dist, exclude: ['lib/cli', 'lib/console'] })) {
    const text = readFileSync(path.join(dist, types), 'utf8');
    const twin = text.replaceAll(/((?:from |import\()['"]\.[^'"]*)\.js(['"])/g, '$1.cjs$2');
    writeFileSync(path.join(dist, types.replace(/\.ts$/, '.cts')), twin);
  }
  handOn(path.join(dist, SHARED_ENTRY), built.exportsOf(SHARED_ENTRY));
}

/** What stands before the twin: its packages are optional peers, and who lacks one is told the command. */
const NEEDS_THE_CDK = `try {
  for (const needed of ['aws-cdk-lib', 'constructs']) require.resolve(needed);
} catch (cause) {
  throw new Error('ringback/infra needs the CDK; run npm install aws-cdk-lib constructs where you installed ringback, which looks for it from ' + __dirname, { cause });
}
`;

/** Makes an ES module one that hands on what its twin exports: constructs of an app's two halves are of one class. */
function handOn(entry: string, names: readonly string[]): void {
  const twin = `./${path.basename(entry)}.cjs`;
  const source = readFileSync(`${entry}.cjs`, 'utf8');
  writeFileSync(
    `${entry}.cjs`,
    source.replace(/^("use strict";\n)?/, (directive) => directive + NEEDS_THE_CDK),
  );
  writeFileSync(`${entry}.js`, `import twin from '${twin}';\nexport const { ${names.join(', ')} } = twin;\n`);
  writeFileSync(`${entry}.d.ts`, `export * from '${twin}';\n`);
}

/** The built files that `exports` name, from the folder `dist`. */
function entriesOf({ exports }: Manifest): readonly string[] {
  return Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [] : [path.relative('dist', target.import.default)],
  );
}

/** What esbuild finds behind the entries. */
interface Built {
  /** The entries and all modules of ours that they import, at once or when needed. */
  readonly modules: readonly string[];
  exportsOf(entry: string): readonly string[];
}

async function modulesBehind(dist: string, entries: readonly string[]): Promise<Built> {
  const { metafile } = await build({
    absWorkingDir: dist,
    entryPoints: [...entries],
    outdir: path.join(dist, 'unwritten'),
    bundle: true,
    // Otherwise what entries share is printed for each of them.
    splitting: true,
    write: false,
    metafile: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  const inputs = Object.keys(metafile.inputs).filter((file) => file.endsWith('.js'));
  // What package.json finds under a name with `#` is no import of a file to esbuild, once packages are external.
  const modules = [...inputs, ...globSync('lib/aws/credential-chain*.js', { cwd: dist })].sort();
  const outputs = Object.values(metafile.outputs);
  return {
    modules,
    exportsOf: (entry) => outputs.find(({ entryPoint }) => entryPoint === `${entry}.js`)?.exports.toSorted() ?? [],
  };
}

/** The twins of modules, by their paths. */
async function commonJsOf(
  dist: string,
  modules: readonly string[],
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const { outputFiles } = await build({
    absWorkingDir: dist,
    entryPoints: [...modules],
    outdir: dist,
    outExtension: { '.js': '.cjs' },
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // A test runner that evaluates CommonJS in a context of its own, as Jest does, has no import() there.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl' },
    logLevel: 'error',
  });
  return outputFiles.map(({ path, text }) => {
    const twin = text.replaceAll(/\brequire\("(\.[^"]*)\.js"\)/g, 'require("$1.cjs")');
    if (!text.includes('moduleUrl')) return { path, text: twin };
    return { path, text: `const moduleUrl = require("node:url").pathToFileURL(__filename).href;\n${twin}` };
  });
}
