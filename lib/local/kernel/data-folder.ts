import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { makeTemporaryFolder } from './make-temporary-folder.ts';

/** `ringback-PID-HOST-` and six characters. The host keeps apart containers that share one folder for temporary files. */
const NAME = /^ringback-(\d+)-([0-9a-f]{8})-[A-Za-z0-9]{6}$/;

/** Makes the folder of one cloud in `parent`, and removes those whose processes ended without removing theirs. */
export async function createDataFolder(parent: string): Promise<string> {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  const names = await readdir(parent).catch(() => []);
  const left = names.filter((name) => {
    const [, pid, owner] = NAME.exec(name) ?? [];
    return pid !== undefined && owner === host && !isAlive(Number(pid));
  });
  // A folder of another user cannot be removed, and is theirs to keep.
  await Promise.allSettled(left.map((name) => rm(path.join(parent, name), { recursive: true, maxRetries: 3 })));
  return makeTemporaryFolder(parent, `ringback-${process.pid}-${host}-`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else may not be asked, but it is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
