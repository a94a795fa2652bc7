import { statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeError } from '../core/failure.ts';
import { escapeLines } from './escape-controls.ts';
import { exitCodeOf, onStopSignal } from './stop-signals.ts';
import { UsageError } from './usage-error.ts';

/** How Node says that it cannot load a file as it is: TypeScript that it does not know, or imports without an ending. */
const LOADER_CODES: ReadonlySet<string> = new Set([
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'MODULE_NOT_FOUND',
]);
const TYPESCRIPT = /\.[cm]?tsx?$/;

/**
 * Loads a file of the user's by Node itself. It may also end the process, or wait for what never comes.
 *
 * @param what - what its path is the path of, such as `a handler`
 * @throws UsageError
 */
export async function loadModule(file: string, what: string): Promise<Readonly<Record<string, unknown>>> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new UsageError(`${file} is a folder: give the path of ${what}'s file`);
  if (!found?.isFile()) throw new UsageError(`there is no file ${file}: give the path of ${what}`);
  const onExit = (code: number) => {
    process.stderr.write(
      `ringback: ${escapeLines(file)} cannot be loaded: it ended the process, with exit code ${code}\n`,
    );
    process.exitCode = 2;
  };
  let onIdle: () => void = () => undefined;
  const idle = new Promise<never>((_, reject) => {
    onIdle = () => reject(new Error('it awaits, outside of every function, what never comes'));
  });
  process.once('exit', onExit).once('beforeExit', onIdle);
  // The first process of a container hears no signal that it does not listen for.
  const stopListening = onStopSignal((signal) => {
    process.off('exit', onExit);
    process.exit(exitCodeOf(signal));
  });
  try {
    return await Promise.race([import(pathToFileURL(path.resolve(file)).href), idle]);
  } catch (error) {
    const reason = error === null || error === undefined ? `it threw ${error}` : describeError(error);
    throw new UsageError(`${file} cannot be loaded: ${reason}${wayOut(file, error)}`, { cause: error });
  } finally {
    stopListening();
    process.off('exit', onExit).off('beforeExit', onIdle);
  }
}

/** What a person can do about TypeScript that Node does not take, while a bundler does. */
function wayOut(file: string, error: unknown): string {
  const { code = '' } = (error ?? {}) as { readonly code?: string };
  const isOfLoader = LOADER_CODES.has(code) || error instanceof SyntaxError;
  if (!TYPESCRIPT.test(file) || !isOfLoader) return '';
  return `; it is loaded by Node itself: where that does not take your TypeScript (Node before 22.18, enums, imports without an ending), set NODE_OPTIONS="--import tsx" after npm install tsx, or give the compiled .js`;
}
