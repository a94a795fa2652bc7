import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Never another's: what is used where no file can be kept. */
const unknown = randomUUID();

/**
 * What tells the machine of a process id from another. Names of hosts do not: environments of Lambda and containers share
 * them. A file in the folder for temporary files is of one machine.
 */
export function machineId(): string {
  const file = path.join(tmpdir(), 'ringback-machine-id');
  try {
    writeFileSync(file, randomUUID(), { flag: 'wx' });
  } catch {
    // It is there, or cannot be.
  }
  try {
    return readFileSync(file, 'utf8') || unknown;
  } catch {
    return unknown;
  }
}

/** Whether a process of this machine is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
