/** Runs `work` over all items, so many at once; after a failure it starts no more and waits for those that run. */
export async function concurrently<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { error: unknown } | undefined;

  async function one(): Promise<void> {
    while (next < items.length && failure === undefined) {
      const item = items[next++] as T;
      await work(item).catch((error: unknown) => {
        failure ??= { error };
      });
    }
  }

  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, one));
  if (failure !== undefined) throw failure.error;
}
