import type { Environment } from './environment.ts';

/** The use of one environment by one invocation. */
export interface Lease {
  /** The environment, started if need be. Rejects when it cannot be started. */
  readonly environment: Promise<Environment>;
  /** Gives the environment back. */
  release(): void;
}

/** The environments of one function. */
export interface EnvironmentPool {
  /** An idle environment, or a new one while fewer than the limit exist; `undefined` when the function is throttled. */
  acquire(version: string): Lease | undefined;
  /** Whether {@link EnvironmentPool.acquire} would give one. */
  hasRoom(): boolean;
  /** Calls the listener whenever an environment has become free; returns the way to stop. */
  onFree(listener: () => void): () => void;
  environments(): readonly Environment[];
  /** Ends every environment; from then on there is no room. */
  stop(): Promise<void>;
}

/** What {@link createEnvironmentPool} needs. */
export interface EnvironmentPoolOptions {
  /** Environments at the same time; asked whenever one is wanted. */
  readonly limit: () => number;
  /** Whether an idle environment may still be used; one that may not is replaced. */
  readonly isFresh: (environment: Environment) => boolean;
  readonly start: (version: string, onExit: (environment: Environment) => void) => Promise<Environment>;
}

/** Creates an empty pool. */
export function createEnvironmentPool(options: EnvironmentPoolOptions): EnvironmentPool {
  const alive = new Set<Environment>();
  const idle: Environment[] = [];
  const listeners = new Set<() => void>();
  const retiring = new Set<Promise<void>>();
  const starting = new Set<Promise<unknown>>();
  /** Invocations that hold a lease. */
  let busy = 0;
  let stopped = false;

  const hasRoom = () => !stopped && busy < options.limit();

  function retire(environment: Environment): void {
    const gone = environment.retire().finally(() => retiring.delete(gone));
    retiring.add(gone);
  }

  function forget(environment: Environment): void {
    alive.delete(environment);
    const position = idle.indexOf(environment);
    if (position !== -1) idle.splice(position, 1);
  }

  function takeIdle(version: string): Environment | undefined {
    for (const environment of [...idle].reverse()) {
      if (environment.ended) continue;
      if (!options.isFresh(environment)) {
        forget(environment);
        retire(environment);
      } else if (environment.version === version) {
        idle.splice(idle.indexOf(environment), 1);
        return environment;
      }
    }
    return undefined;
  }

  /** An idle environment of another version gives way, so that the limit holds over all versions. */
  function makeRoom(): void {
    const spare = idle[0];
    if (busy + idle.length <= options.limit() || spare === undefined) return;
    forget(spare);
    retire(spare);
  }

  async function start(version: string): Promise<Environment> {
    const started = options.start(version, forget);
    starting.add(started);
    try {
      const environment = await started;
      if (!environment.ended) alive.add(environment);
      return environment;
    } finally {
      starting.delete(started);
    }
  }

  return {
    acquire(version) {
      if (!hasRoom()) return undefined;
      busy++;
      const reused = takeIdle(version);
      if (reused === undefined) makeRoom();
      const environment = reused === undefined ? start(version) : Promise.resolve(reused);
      let held = true;
      function release(): void {
        if (!held) return;
        held = false;
        busy--;
        for (const listener of [...listeners]) listener();
      }
      return {
        environment,
        release() {
          environment.then(
            (free) => {
              if (!free.ended) idle.push(free);
              release();
            },
            () => release(),
          );
        },
      };
    },
    hasRoom,
    onFree(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    environments: () => [...alive],
    async stop() {
      stopped = true;
      await Promise.allSettled(starting);
      await Promise.all([...alive].map((environment) => environment.retire()));
      await Promise.all(retiring);
    },
  };
}
