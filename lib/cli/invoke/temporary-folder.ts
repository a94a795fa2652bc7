import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../usage-error.ts';

/** Makes a folder of a new name below the system's folder for temporary files. @throws UsageError when it cannot */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  const parent = tmpdir();
  try {
    return await mkdtemp(path.join(parent, prefix));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such folder' : message;
    throw new UsageError(`no temporary folder can be made in ${parent}: ${reason}; TMPDIR names another place`, {
      cause: error,
    });
  }
}
