/**
 * What tells a process to end: Ctrl-C, whoever manages it, and the terminal that goes, as with a closed window or a lost
 * SSH session.
 */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls a function whenever this process is told to end.
 *
 * @returns the way to take that back
 */
export function onStopSignal(stop: () => void): () => void {
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
  };
}
