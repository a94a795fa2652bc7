import { statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { describeError } from '../../core/failure.ts';
import { escapeLines } from '../escape-controls.ts';
import { exitCodeOf, onStopSignal } from '../stop-signals.ts';
import { UsageError } from '../usage-error.ts';

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
 * Loads the handler of a worker, by Node itself: a process that lives for months runs the files and packages that are
 * there, native ones too, and no bundle of them.
 *
 * @param name - the export
 * @throws UsageError
 */
export async function loadHandler(file: string, name: string): Promise<WorkerHandler> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new UsageError(`${file} is a folder: give the path of a handler's file`);
  if (!found?.isFile()) throw new UsageError(`there is no file ${file}: give the path of a handler`);
  const module = await loadModule(file);
  const { default: whole } = module;
  // What CommonJS assigns to `module.exports` as a whole, Node has under `default` alone, where Lambda looks, too.
  const handler = [module[name], (whole as Readonly<Record<string, unknown>> | null | undefined)?.[name]].find(
    isHandler,
  );
  if (handler !== undefined) return handler;
  const advice = isHandler(whole) ? '; --export default names the one that it has' : '';
  throw new UsageError(`${file} has no export "${name}" that jobWorker or thirdPartyJobWorker made${advice}`);
}

function isHandler(value: unknown): value is WorkerHandler {
  return typeof value === 'function' && 'jobSource' in value;
}

/** Loads a file of the user's, which may also end the process, or wait for what never comes. @throws UsageError */
async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
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
  return `; the worker's file is loaded by Node itself: where that does not take your TypeScript (Node before 22.18, enums, imports without an ending), set NODE_OPTIONS="--import tsx" after npm install tsx, or give the compiled .js`;
}
