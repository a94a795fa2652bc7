import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { loadModule } from '../load-module.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Loads the handler of a worker, by Node itself: a process that lives for months runs the files and packages that are
 * there, native ones too, and no bundle of them.
 *
 * @param name - the export
 * @throws UsageError
 */
export async function loadHandler(file: string, name: string): Promise<WorkerHandler> {
  const module = await loadModule(file, 'a handler');
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
