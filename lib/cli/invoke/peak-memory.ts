import { readFileSync } from 'node:fs';

const POLL_MS = 50;

/**
 * Watches how much memory a process has held at most, until it is asked: in MiB, or undefined where the system does
 * not tell (only Linux does so without another process).
 */
export function watchPeakMemory(pid: number): () => number | undefined {
  let peak: number | undefined;
  const look = () => {
    peak = residentPeakMb(pid) ?? peak;
  };
  look();
  const timer = setInterval(look, POLL_MS);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

function residentPeakMb(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // Before it has become a Node process it holds next to nothing.
    return Math.round(Number(kilobytes ?? 0) / 1024) || undefined;
  } catch {
    return undefined;
  }
}
