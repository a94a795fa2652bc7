import { readFileSync } from 'node:fs';
import type { LocalCloud } from '../../lib/local/cloud.ts';

const SAMPLE_MS = 50;

/** Watches how much memory the processes of functions take at most; only Linux tells. */
export function watchMemory({ lambda }: LocalCloud): { peakMb(): number | undefined; stop(): void } {
  let peak: number | undefined;
  const timer = setInterval(() => {
    for (const { pid } of lambda.environments()) {
      const megabytes = residentMb(pid);
      if (megabytes !== undefined) peak = Math.max(peak ?? 0, megabytes);
    }
  }, SAMPLE_MS);
  return { peakMb: () => peak, stop: () => clearInterval(timer) };
}

function residentMb(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
