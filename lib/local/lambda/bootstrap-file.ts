import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';

/** The files of the runtime client; the first is the one that runs. */
const FILES = ['bootstrap', 'runtime-errors'] as const;

/**
 * Writes the runtime client into a folder as plain JavaScript and returns its path.
 *
 * Environments start faster from a file without types, and the source may lie below node_modules, where Node strips
 * none. A built package has JavaScript instead, which is taken as it is.
 */
export function writeBootstrap(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of FILES) writeFileSync(join(folder, `${name}.mjs`), sourceOf(name));
  // Ends the search for a package.json above: a `"type": "module"` of the developer's project must not decide how the
  // function's own `.js` files are read.
  writeFileSync(join(folder, 'package.json'), '{}\n');
  return join(folder, `${FILES[0]}.mjs`);
}

function sourceOf(name: (typeof FILES)[number]): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const source = readFileSync(new URL(`./${name}.${extension}`, import.meta.url), 'utf8');
  return (extension === 'ts' ? compiled(source) : source).replaceAll(/'\.\/([\w-]+)\.[jt]s'/g, "'./$1.mjs'");
}

/** As it is kept where Node keeps what it has compiled, if anywhere: to strip types, Node has to compile WebAssembly first. */
function compiled(source: string): string {
  const folder = module.getCompileCacheDir?.();
  if (folder === undefined) return withoutTypes(source);
  const kept = join(folder, `${createHash('sha256').update(source).digest('hex')}.mjs`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const written = `${kept}.${process.pid}`;
  writeFileSync(written, withoutTypes(source));
  renameSync(written, kept);
  return readFileSync(kept, 'utf8');
}

function withoutTypes(source: string): string {
  const { emitWarning } = process;
  // Node calls type stripping experimental; that is no news to someone who starts the local cloud.
  process.emitWarning = () => {};
  try {
    return module.stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
