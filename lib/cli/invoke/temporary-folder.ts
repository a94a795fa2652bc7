import { tmpdir } from 'node:os';
import { makeTemporaryFolder as makeFolderIn } from '../../local/kernel/make-temporary-folder.ts';
import { UsageError } from '../usage-error.ts';

/** Makes a folder of a new name below the system's folder for temporary files. @throws UsageError when it cannot */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  try {
    return await makeFolderIn(tmpdir(), prefix);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
