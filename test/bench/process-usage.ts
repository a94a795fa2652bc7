import { readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;

/** The time that a process has computed so far, in milliseconds; undefined where the system does not tell. */
export function cpuMsOf(pid: number | undefined): number | undefined {
  const fields = read(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ');
  return fields === undefined ? undefined : TICK_MS * (Number(fields[11]) + Number(fields[12]));
}

/** The memory that a process occupies, in MiB; undefined where the system does not tell. */
export function memoryMbOf(pid: number | undefined): number | undefined {
  const kib = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
