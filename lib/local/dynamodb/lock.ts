/** Runs tasks one after the other, in the order of asking. */
export type Lock = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Creates a lock that nobody holds. */
export function createLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = last.then(task);
    last = run.catch(() => undefined);
    return run;
  };
}
