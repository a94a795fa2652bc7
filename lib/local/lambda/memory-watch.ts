import { readFileSync } from 'node:fs';

const POLL_MS = 100;

/** A watch over the resident memory of a process. */
export interface MemoryWatch {
  /**
   * The most that the process has held since it began, in MiB; of one that has ended, as far as it was looked at.
   * Undefined where the system does not tell, or the process ended before the first look.
   */
  peakMb(): number | undefined;
  stop(): void;
}

/**
 * Watches the resident memory of a process and calls `exceeded` once when it passes `limitMb`.
 *
 * Only Linux tells the figures without another process; elsewhere nothing is watched and V8's own heap limit remains.
 */
export function watchMemory(pid: number, limitMb: number, exceeded: () => void): MemoryWatch {
  let peakMb: number | undefined;
  const look = () => {
    const memory = readMemory(pid);
    peakMb = memory?.peakMb ?? peakMb;
    return memory;
  };
  const timer = setInterval(() => {
    if ((look()?.usedMb ?? 0) <= limitMb) return;
    clearInterval(timer);
    exceeded();
  }, POLL_MS);
  if (readMemory(pid) === undefined) clearInterval(timer);
  return {
    peakMb() {
      look();
      return peakMb === undefined ? undefined : Math.round(peakMb);
    },
    stop: () => clearInterval(timer),
  };
}

/** What a process holds, and has held at most, in MiB; a process that has just ended has no figures any more. */
function readMemory(pid: number): { readonly usedMb: number; readonly peakMb: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [used, peak] = ['VmRSS', 'VmHWM'].map((name) => new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
    return used === undefined || peak === undefined
      ? undefined
      : { usedMb: Number(used) / 1024, peakMb: Number(peak) / 1024 };
  } catch {
    return undefined;
  }
}
