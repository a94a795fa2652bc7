import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
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

/** The beginning of the names of the folders of runs; the id of the process and what is unique follow. */
const RUN_PREFIX = 'ringback-terraform-';
/** The file in the folder of a run that holds the id of its Terraform. */
const PROCESS_FILE = 'terraform.pid';

/** The beginning of the path of a folder for a run of this process. */
export function runFolderPrefix(): string {
  return path.join(tmpdir(), `${RUN_PREFIX}${process.pid}-`);
}

/** Notes in the folder of a run which process its Terraform is. */
export function noteProcess(folder: string, pid: number | undefined): void {
  if (pid !== undefined) writeFileSync(path.join(folder, PROCESS_FILE), String(pid));
}

/** The folders of runs on this machine whose processes are gone, but not their Terraforms that still save their states. */
export function leftFolders(): readonly string[] {
  return runFolders().flatMap(({ folder, pid }) => (isRunAlive(folder, pid) ? [] : [folder]));
}

/** Whether a process of this machine runs Terraform, or left one that still works. */
export function isRunning(pid: number): boolean {
  return isAlive(pid) || runFolders().some((run) => run.pid === pid && isRunAlive(run.folder, pid));
}

function runFolders(): readonly { readonly folder: string; readonly pid: number }[] {
  const root = tmpdir();
  return readdirSync(root).flatMap((name) => {
    const [, pid] = /^ringback-terraform-(\d+)-/.exec(name) ?? [];
    return pid === undefined ? [] : [{ folder: path.join(root, name), pid: Number(pid) }];
  });
}

function isRunAlive(folder: string, pid: number): boolean {
  if (isAlive(pid)) return true;
  try {
    return worksIn(folder, Number(readFileSync(path.join(folder, PROCESS_FILE), 'utf8')));
  } catch {
    return false;
  }
}

/** Whether a process works in a folder; where the system does not tell, whether there is such a process. */
function worksIn(folder: string, pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (!existsSync('/proc/self')) return true;
  try {
    // The number may be another's by now; of what has ended and nobody asked for, there is no folder.
    return readlinkSync(`/proc/${pid}/cwd`).includes(path.basename(folder));
  } catch {
    return false;
  }
}
