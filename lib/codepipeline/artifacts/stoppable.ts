/**
 * Passes a source on until the signal ends it, also while the source is silent: whoever waits for a stream that
 * never speaks again would otherwise outlive the job.
 */
export async function* stoppable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  let stop: () => void = () => undefined;
  const onAbort = () => stop();
  // A promise for each step: racing one long-lived promise would keep every item that went by.
  const next = () =>
    new Promise<IteratorResult<T>>((resolve, reject) => {
      stop = () => reject(signal.reason);
      items.next().then(resolve, reject);
    });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    for (let item = await next(); !item.done; item = await next()) yield item.value;
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a generator that waits for its source would not return before that speaks.
    Promise.resolve(items.return?.()).catch(() => undefined);
  }
}
