/** Hears of errors that no promise and no caller catches. */
export interface StrayErrorListener {
  /** A promise was rejected and nobody waits for it. */
  onRejection(reason: unknown): void;
  /** Something threw outside of every promise; the delivery in hand cannot be trusted to end. */
  onException(error: unknown): void;
}

type ProcessListener = (...parts: unknown[]) => void;
type StrayEvent = 'unhandledRejection' | 'uncaughtException';

/** Those who listen now, and whoever listened last: it hears of what comes when nobody listens. */
const listeners = new Set<StrayErrorListener>();
let last: StrayErrorListener | undefined;

/**
 * Listens in the place of the Lambda runtime, whose own listeners end the process: a promise that somebody forgot
 * must not cost a pipeline its answer, nor the next delivery of the same process its own. Listeners of the user's own,
 * such as an error reporter's, stay where they are and hear of it, too.
 *
 * Call the result to stop. In Lambda the place is kept between deliveries, since the runtime's listeners are gone;
 * anywhere else the process is not ours, and what it throws while nothing is answered ends it as ever.
 */
export function listenForStrayErrors(listener: StrayErrorListener): () => void {
  takeOver('unhandledRejection', onRejection);
  takeOver('uncaughtException', onException);
  listeners.add(listener);
  last = listener;
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || isInLambda()) return;
    process.removeListener('unhandledRejection', onRejection);
    process.removeListener('uncaughtException', onException);
  };
}

function onRejection(reason: unknown): void {
  (last ?? [...listeners][0])?.onRejection(reason);
}

function onException(error: unknown): void {
  // Which of several deliveries it belongs to cannot be told, so none of them can be trusted to end.
  const told = listeners.size > 0 ? [...listeners] : last ? [last] : [];
  for (const listener of told) listener.onException(error);
}

/** Takes the place of the runtime's own listener of an event, unless that is done already. */
function takeOver(event: StrayEvent, ours: ProcessListener): void {
  const present = process.listeners(event as 'uncaughtException') as ProcessListener[];
  if (present.includes(ours)) return;
  for (const listener of present) if (isRuntimes(listener)) process.removeListener(event, listener);
  process.on(event, ours);
}

/**
 * Whether a listener is the Lambda runtime's own, which reports the error and exits. It is known by its text alone:
 * aws-lambda-nodejs-runtime-interface-client keeps what it does in `errorCallbacks` (index.mjs), and a bundled
 * one exits.
 */
function isRuntimes(listener: ProcessListener): boolean {
  return isInLambda() && /errorCallbacks|process\.exit\(129\)/.test(String(listener));
}

function isInLambda(): boolean {
  return process.env.AWS_LAMBDA_RUNTIME_API !== undefined;
}
