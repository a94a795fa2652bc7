import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';

/**
 * Writes the runtime client into a folder as plain JavaScript and returns its path.
 *
 * Environments start faster from a file without types, and the source may lie below node_modules, where Node strips
 * none. A built package has `bootstrap.js` instead, which is taken as it is.
 */
export function writeBootstrap(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'bootstrap.mjs');
  writeFileSync(file, bootstrapSource());
  // Ends the search for a package.json above: a `"type": "module"` of the developer's project must not decide how the
  // function's own `.js` files are read.
  writeFileSync(join(folder, 'package.json'), '{}\n');
  return file;
}

function bootstrapSource(): string {
  if (!import.meta.url.endsWith('.ts')) return readFileSync(new URL('./bootstrap.js', import.meta.url), 'utf8');
  const source = readFileSync(new URL('./bootstrap.ts', import.meta.url), 'utf8');
  const { emitWarning } = process;
  // Node calls type stripping experimental; that is no news to someone who starts the local cloud.
  process.emitWarning = () => {};
  try {
    return module.stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
