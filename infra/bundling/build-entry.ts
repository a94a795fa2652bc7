import { basename, dirname } from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import { assignedExports } from './assigned-exports.ts';
import type { Build, BuiltEntry } from './build.ts';
import { BUILTIN } from './builtins-by-require.ts';
import { JMESPATH_STUB } from './jmespath-stub.ts';

/** What esbuild calls a program that is in no file. */
const STDIN = '<stdin>';

/** Whether an input of a metafile is no file: the line before a CommonJS handler, or what a plugin brought. */
export function isInNoFile(input: string): boolean {
  return input === STDIN || [BUILTIN, JMESPATH_STUB].some((namespace) => input.startsWith(`${namespace}:`));
}

/**
 * Builds one entry as `index.mjs`.
 *
 * Of a CommonJS file an ES module has a default export alone, in which Lambda finds no handler. Such a file is built
 * once more, behind a line that exports the handler by its name.
 *
 * @param entry - the absolute path
 * @param shown - the same, relative to the project's root, as the metafile has it
 */
export async function buildEntry(
  build: Build,
  options: BuildOptions & { metafile: true; write: false },
  { entry, shown, handler }: { readonly entry: string; readonly shown: string; readonly handler: string },
): Promise<BuiltEntry> {
  const result = await build({ ...options, entryPoints: { index: entry } });
  if (result.metafile.inputs[shown]?.format !== 'cjs') {
    return { result, entryPoint: shown, exports: exportsOf(result.metafile, shown) };
  }
  // As a string, since an export may have any name; by a variable, since esbuild re-exports none that is no identifier.
  const name = JSON.stringify(exportOf(handler));
  const file = JSON.stringify(`./${basename(entry)}`);
  const contents = `import * as all from ${file};\nconst handler = all[${name}];\nexport { handler as ${name} };`;
  const behind = { stdin: { contents, resolveDir: dirname(entry), loader: 'js' }, entryNames: 'index' } as const;
  const exports = await assignedExports(build, options, entry);
  return { result: await build({ ...options, ...behind }), entryPoint: STDIN, exports };
}

/** The export that holds a handler: Lambda finds `handlers.run` as the member `run` of the export `handlers`. */
export function exportOf(handler: string): string {
  return handler.split('.', 1)[0] as string;
}

function exportsOf({ outputs }: Metafile, entryPoint: string): readonly string[] {
  return Object.values(outputs).find((output) => output.entryPoint === entryPoint)?.exports ?? [];
}
