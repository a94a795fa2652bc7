import { readFileSync } from 'node:fs';

const POLL_MS = 100;

/**
 * Watches the resident memory of a process and calls `exceeded` once when it passes `limitMb`. Returns the way to stop.
 *
 * Only Linux tells the figure without another process; elsewhere nothing is watched and V8's own heap limit remains.
 */
export function watchMemory(pid: number, limitMb: number, exceeded: () => void): () => void {
  if (residentMb(pid) === undefined) return () => {};
  const timer = setInterval(() => {
    const used = residentMb(pid);
    if (used === undefined || used <= limitMb) return;
    clearInterval(timer);
    exceeded();
  }, POLL_MS);
  return () => clearInterval(timer);
}

function residentMb(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
