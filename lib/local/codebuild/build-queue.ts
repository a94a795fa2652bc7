/** How many builds an account may have, of every kind. */
export interface BuildLimits {
  /** Builds that run at the same time. @defaultValue 60 */
  readonly running?: number;
  /** Builds that wait for one of these to end. @defaultValue five times as many */
  readonly waiting?: number;
}

/** Where builds wait until the account has a machine for them. */
export interface BuildQueue {
  limit(limits: BuildLimits): void;
  /** How many may wait, where no more can: the number that the error names; undefined where there is room. */
  fullAt(): number | undefined;
  /** Resolves when a machine is there, with the way to give it back; rejects when the signal aborts. */
  enter(signal: AbortSignal): Promise<() => void>;
}

/** CodeBuild's default of concurrently running builds (User Guide, "Quotas for AWS CodeBuild"). */
const RUNNING = 60;
/** A queue holds so many times what may run (User Guide, "Builds in AWS CodeBuild"). */
const WAITING_FACTOR = 5;

/** Creates an empty queue with CodeBuild's default limits. */
export function createBuildQueue(): BuildQueue {
  let limits: Required<BuildLimits> = { running: RUNNING, waiting: RUNNING * WAITING_FACTOR };
  let running = 0;
  const waiting = new Set<() => void>();

  function next(): void {
    for (const begin of waiting) {
      if (running >= limits.running) return;
      waiting.delete(begin);
      running++;
      begin();
    }
  }

  function leave(): void {
    running--;
    next();
  }

  return {
    limit({ running: most = RUNNING, waiting: longest = most * WAITING_FACTOR }) {
      limits = { running: most, waiting: longest };
      next();
    },
    fullAt: () => (running >= limits.running && waiting.size >= limits.waiting ? limits.waiting : undefined),
    enter(signal) {
      return new Promise((resolve, reject) => {
        const begin = () => {
          signal.removeEventListener('abort', giveUp);
          resolve(leave);
        };
        const giveUp = () => {
          waiting.delete(begin);
          reject(signal.reason);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.add(begin);
        next();
      });
    },
  };
}
