import { builtinModules } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import type { Consumer } from './packed-package.ts';

/** The packages that the built files import, statically or when needed; found by a parser, since some files hold texts of programs. */
export async function importedPackages({ installed, files }: Consumer): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: installed,
    entryPoints: files.filter((file) => file.endsWith('.js')),
    outdir: path.join(installed, 'unwritten'),
    bundle: true,
    // Otherwise each file is printed once for every file that imports it, which takes ten times as long.
    splitting: true,
    write: false,
    metafile: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'error',
  });
  const specifiers = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map((imported) => imported.path));
  // What esbuild brings itself, for modules of CommonJS.
  const own = '<runtime>';
  const packages = specifiers
    .filter((specifier) => !/^(node:|#|\.|dist\/)/.test(specifier) && ![own, ...builtinModules].includes(specifier))
    .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
  return [...new Set(packages)].sort();
}
