import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';

/** Makes a folder of a new name in the system's folder for temporary files. @throws Error that says what to do */
export async function makeTemporaryFolder(parent: string, prefix: string): Promise<string> {
  try {
    return await mkdtemp(path.join(parent, prefix));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such folder' : message;
    throw new Error(`no temporary folder can be made in ${parent}: ${reason}; TMPDIR names another place`, {
      cause: error,
    });
  }
}
