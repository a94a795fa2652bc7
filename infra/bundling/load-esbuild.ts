import { BundleError } from './bundle-error.ts';

/**
 * Loads esbuild, which only those install who bundle handlers by Ringback.
 *
 * @param entry - the handler that is to be bundled
 * @throws BundleError when it is not installed; the message holds the command that installs it
 */
export async function loadEsbuild(entry: string): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (error) {
    // By import, and by require.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw new BundleError(entry, [{ message: 'esbuild is not installed; run npm install --save-dev esbuild' }]);
  }
}
