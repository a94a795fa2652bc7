/** Hears of errors that no promise and no caller catches. */
export interface StrayErrorListener {
  /** A promise was rejected and nobody waits for it. */
  onRejection(reason: unknown): void;
  /** Something threw outside of every promise; the delivery in hand cannot be trusted to end. */
  onException(error: unknown): void;
}

/**
 * Listens in the place of the Lambda runtime, whose own listeners end the process: a promise that somebody forgot
 * must not cost a pipeline its answer. Call the result to give the runtime its listeners back.
 */
export function listenForStrayErrors(listener: StrayErrorListener): () => void {
  const events = ['unhandledRejection', 'uncaughtException'] as const;
  const runtime = events.map((event) => process.listeners(event as 'uncaughtException'));
  for (const event of events) process.removeAllListeners(event);
  process.on('unhandledRejection', listener.onRejection);
  process.on('uncaughtException', listener.onException);
  return () => {
    process.removeListener('unhandledRejection', listener.onRejection);
    process.removeListener('uncaughtException', listener.onException);
    events.forEach((event, index) => {
      for (const theirs of runtime[index] ?? []) process.on(event as 'uncaughtException', theirs as never);
    });
  };
}
