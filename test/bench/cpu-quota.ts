import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A share of one processor that processes are held to. */
export interface CpuQuota {
  /** Holds a process and all its threads to the quota from now on. */
  hold(pid: number): void;
  /** Undoes what was made; all its processes must have ended. */
  remove(): void;
}

/** The period in which Lambda, too, is taken to share out its processors, in microseconds. */
const PERIOD_US = 20_000;

/**
 * Makes a control group that may use `share` of one processor. For version 1 of control groups, or version 2 where this
 * process may give the controller on; mostly that takes root.
 *
 * @returns undefined where none can be made
 */
export function createCpuQuota(share: number): CpuQuota | undefined {
  const quotaUs = Math.round(share * PERIOD_US);
  const name = `ringback-bench-${process.pid}`;
  return (
    createGroup(path.join('/sys/fs/cgroup/cpu', name), [
      ['cpu.cfs_period_us', `${PERIOD_US}`],
      ['cpu.cfs_quota_us', `${quotaUs}`],
    ]) ?? createGroup(path.join('/sys/fs/cgroup', name), [['cpu.max', `${quotaUs} ${PERIOD_US}`]])
  );
}

function createGroup(
  folder: string,
  limits: readonly (readonly [file: string, value: string])[],
): CpuQuota | undefined {
  const processes = path.join(folder, 'cgroup.procs');
  try {
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  try {
    for (const [file, value] of limits) writeFileSync(path.join(folder, file), value);
    readFileSync(processes);
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  return { hold: (pid) => writeFileSync(processes, `${pid}`), remove: () => rmdirSync(folder) };
}
