/** Hears of errors that no promise and no caller catches. */
export interface StrayErrorListener {
  /** A promise was rejected and nobody waits for it. */
  onRejection(reason: unknown): void;
  /** Something threw outside of every promise; the delivery in hand cannot be trusted to end. */
  onException(error: unknown): void;
}

/** Those who listen now, and whoever listened last: it hears of what comes when nobody listens. */
const listeners = new Set<StrayErrorListener>();
let last: StrayErrorListener | undefined;

/**
 * Listens in the place of the Lambda runtime, whose own listeners end the process: a promise that somebody forgot
 * must not cost a pipeline its answer, nor the next delivery of the same process its own. Call the result to stop.
 */
export function listenForStrayErrors(listener: StrayErrorListener): () => void {
  takeOver('unhandledRejection', onRejection);
  takeOver('uncaughtException', onException);
  listeners.add(listener);
  last = listener;
  return () => void listeners.delete(listener);
}

function onRejection(reason: unknown): void {
  (last ?? [...listeners][0])?.onRejection(reason);
}

function onException(error: unknown): void {
  // Which of several deliveries it belongs to cannot be told, so none of them can be trusted to end.
  const told = listeners.size > 0 ? [...listeners] : last ? [last] : [];
  for (const listener of told) listener.onException(error);
}

/** Replaces all other listeners of an event, unless that is done already. */
function takeOver(event: 'unhandledRejection' | 'uncaughtException', ours: (error: unknown) => void): void {
  const present = process.listeners(event as 'uncaughtException');
  if (present.length === 1 && present[0] === ours) return;
  process.removeAllListeners(event);
  process.on(event, ours);
}
