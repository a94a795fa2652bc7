import { createRequire } from 'node:module';
import path from 'node:path';
import { BundleError } from './bundle-error.ts';
import { installCommand } from './install-command.ts';

/**
 * Loads esbuild, which only those install who bundle handlers by Ringback: the one beside this package, else that of the
 * handler's project or of the working directory, since the package itself may stand elsewhere (`npm install --global`,
 * the root of a workspace).
 *
 * @param entry - the absolute path of the handler that is to be bundled
 * @param shown - how messages name it
 * @throws BundleError when it is not installed; the message holds the command that installs it
 */
export async function loadEsbuild(entry: string, shown: string): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (error) {
    if (!isNotInstalled(error)) throw error;
  }
  for (const file of [entry, path.join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(file)('esbuild') as typeof import('esbuild');
    } catch (error) {
      if (!isNotInstalled(error)) throw error;
    }
  }
  const command = installCommand('esbuild', path.dirname(entry), true);
  throw new BundleError(shown, [{ message: `esbuild is not installed; run ${command}` }]);
}

/** By import, and by require. */
function isNotInstalled(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
