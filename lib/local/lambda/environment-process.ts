import { type ChildProcess, spawn } from 'node:child_process';
import { createLogLines } from './log-lines.ts';

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What {@link startProcess} reports. */
export interface ProcessListener {
  line(stream: 'stdout' | 'stderr', text: string): void;
  /** All that an invocation wrote to this stream has been reported. */
  logEnd(stream: 'stdout' | 'stderr', requestId: string): void;
  /** The process has ended and all its output has been reported. */
  exit(exit: ProcessExit): void;
}

/** The process of one environment. */
export interface EnvironmentProcess {
  readonly pid: number;
  /** Sends a signal to the process and to all that it started. False when it has ended already. */
  kill(signal: NodeJS.Signals): boolean;
}

/** How long output may trail behind the end of a process, in real milliseconds. */
const OUTPUT_GRACE_MS = 500;

/** Starts the runtime client in a process group of its own, so that what a handler starts ends with it. */
export function startProcess(
  options: {
    readonly bootstrap: string;
    readonly folder: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly memorySizeMb: number;
    /** Simulated minus real time, for the init phase. */
    readonly offsetMs: number;
  },
  listener: ProcessListener,
): EnvironmentProcess {
  const child = spawn(
    process.execPath,
    [...memoryFlags(options.memorySizeMb), options.bootstrap, String(options.offsetMs)],
    { cwd: options.folder, env: options.variables, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  readLines(child, 'stdout', listener);
  readLines(child, 'stderr', listener);

  let ended = false;
  function end(exit: ProcessExit): void {
    if (ended) return;
    ended = true;
    listener.exit(exit);
  }
  child.once('error', () => end({ code: 1, signal: null }));
  child.once('exit', (code, signal) => {
    killGroup(child.pid, 'SIGKILL');
    const grace = setTimeout(() => end({ code, signal }), OUTPUT_GRACE_MS);
    child.once('close', () => {
      clearTimeout(grace);
      end({ code, signal });
    });
  });

  return {
    pid: child.pid ?? 0,
    kill: (signal) => !ended && child.exitCode === null && child.signalCode === null && killGroup(child.pid, signal),
  };
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** The heap limits that AWS gives its own process: 90 % of the memory for old objects, 10 % for young ones. */
function memoryFlags(memorySizeMb: number): string[] {
  const semiSpaceMb = Math.max(1, Math.floor(memorySizeMb * 0.05));
  return [`--max-old-space-size=${Math.floor(memorySizeMb * 0.9)}`, `--max-semi-space-size=${semiSpaceMb}`];
}

function readLines(child: ChildProcess, stream: 'stdout' | 'stderr', listener: ProcessListener): void {
  const lines = createLogLines({
    line: (text) => listener.line(stream, text),
    end: (requestId) => listener.logEnd(stream, requestId),
  });
  child[stream]?.on('data', (chunk: Buffer) => lines.write(chunk));
  child[stream]?.on('end', () => lines.flush());
}
