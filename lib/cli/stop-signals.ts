import { constants } from 'node:os';

/**
 * What tells a process to end: Ctrl-C, whoever manages it, and the terminal that goes, as with a closed window or a lost
 * SSH session.
 */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One of the signals that tell a process to end. */
export type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * The same signal again within this time, in milliseconds, is an echo: `timeout` signals a process and its group, and a
 * package manager hands on the Ctrl-C that the terminal sends to both. No person is that quick.
 */
const ECHO_MS = 250;

/**
 * Calls a function whenever this process is told to end.
 *
 * @returns the way to take that back
 */
export function onStopSignal(stop: (signal: StopSignal) => void): () => void {
  let heard: { readonly signal: StopSignal; readonly at: number } | undefined;
  const hear = (signal: StopSignal) => {
    const at = performance.now();
    if (heard?.signal === signal && at - heard.at < ECHO_MS) return;
    heard = { signal, at };
    stop(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, hear);
  };
}

/** The exit code of a process that a signal has ended, as a shell has it. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
