import { availableParallelism } from 'node:os';

/**
 * Lets a few environments begin at a time. In Lambda an environment has a processor of its own for its init phase; on one
 * machine, many processes that start at once keep each other from it until their time is up.
 */
export interface StartGate {
  /** Resolves when there is room; call the result when the init phase has ended. */
  enter(): Promise<() => void>;
}

/** Init phases at a time: starting a process also waits for the disk. */
const STARTS_PER_PROCESSOR = 2;

/** Creates the gate of one local cloud. */
export function createStartGate(limit: number = STARTS_PER_PROCESSOR * availableParallelism()): StartGate {
  const waiting: (() => void)[] = [];
  let inside = 0;

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) inside--;
    else next();
  }

  return {
    async enter() {
      if (inside < limit) inside++;
      else await new Promise<void>((admit) => waiting.push(admit));
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
  };
}
