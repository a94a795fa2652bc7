import type { BundledFile } from '../../../infra/bundling/bundled-files.ts';
import { UsageError } from '../usage-error.ts';
import { anchorSourceMaps } from './source-maps.ts';

/** What {@link bundleForInvoke} made. */
export interface InvokeBundle {
  readonly files: readonly BundledFile[];
  /** In milliseconds. */
  readonly tookMs: number;
}

/**
 * Bundles a handler into a folder as `CallbackFunction` does, so that what runs is what Lambda would run.
 *
 * @throws UsageError when it cannot be bundled; the message names file and line
 */
export async function bundleForInvoke(entry: string, exportName: string, folder: string): Promise<InvokeBundle> {
  const started = performance.now();
  // The bundler is loaded when it is needed: the other commands do without.
  const { bundleHandler } = await import('../../../infra/bundling/bundle-handler.ts');
  try {
    const { files } = await bundleHandler({ entry, outdir: folder, handler: exportName });
    await anchorSourceMaps(folder, entry);
    return { files, tookMs: performance.now() - started };
  } catch (error) {
    if ((error as Error).name === 'BundleError') throw new UsageError((error as Error).message, { cause: error });
    throw error;
  }
}
