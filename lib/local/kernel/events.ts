/** An answer that a service waits for. */
export interface OwedAnswer {
  service: string;
  /** New with each continuation of CodePipeline. */
  callbackId: string;
  /** What waits, the same over all continuations, such as an action execution. */
  waiterId: string;
  /** The id in the function's event that means this answer, where that is not `callbackId`. */
  eventId?: string;
  detail: string;
  /** When the service gives up, unless it hears something, in simulated milliseconds since the epoch. */
  deadline?: number;
}

/** Everything that a watcher of the local cloud may see, by name. Times are simulated milliseconds since the epoch. */
export interface CloudEvents {
  /** A request reached the wire. `principal` is an ARN; `environmentId` is that of the function that calls. */
  call: {
    service: string;
    operation: string;
    principal: string;
    functionName?: string;
    environmentId?: string;
    status: number;
    error?: string;
    requestId: string;
    input?: unknown;
    output?: unknown;
  };
  /** IAM refused a call. */
  refusal: { principal: string; action: string; resource: string; functionName?: string };
  /** A function was handed an event. `attempt` counts from 1 over Lambda's own retries. */
  invocation: { functionName: string; requestId: string; attempt: number; event: unknown };
  /** The execution environment that handles it was found, or is ready now. */
  environment: { functionName: string; requestId: string; attempt: number; environmentId: string };
  /** An invocation ended. */
  invocationEnd: {
    functionName: string;
    requestId: string;
    attempt: number;
    durationMs: number;
    coldStart: boolean;
    /** The most that its environment has held so far, and the function's limit, in MiB; absent where no system tells. */
    memory?: { peakMb: number; limitMb: number };
    error?: { errorType: string; errorMessage: string };
    result?: unknown;
  };
  /** One line that a function wrote. `requestId` is absent for lines of the init phase. */
  log: { functionName: string; requestId?: string; line: string; stream: 'stdout' | 'stderr' };
  /** All attempts of an asynchronous invocation failed; says where the record went. */
  asyncFailure: { functionName: string; requestId: string; destination?: string; condition: string };
  /** A service has work that nobody has taken yet; `delivery` follows when somebody does. */
  offer: OwedAnswer;
  /** A service handed a function something that it owes an answer for. */
  delivery: OwedAnswer & { functionName?: string };
  /** A service waits no longer, and nobody will tell it anything. */
  withdrawal: { service: string; callbackId: string; detail: string };
  /** A service received an answer, or gave up waiting for one (`timedOut`). */
  answer: {
    service: string;
    callbackId: string;
    kind: 'succeeded' | 'failed' | 'continued' | 'timedOut';
    detail: string;
    waitedMs: number;
  };
  /** Something in a pipeline, workflow or product changed its state. */
  state: { service: string; resource: string; state: string; detail?: string };
  /** An object was written to a bucket. */
  objectCreated: {
    bucket: string;
    key: string;
    versionId?: string;
    eTag: string;
    size: number;
    principal: string;
  };
  /** An action or a rule of a pipeline was not run: a stub of the user's choosing stood for it. */
  stub: { pipeline: string; stage: string; action: string; type: string; outcome: string };
  /**
   * Something that the local cloud does not simulate was met, and could change the outcome; `where` names what uses
   * it. What cannot is never told.
   */
  unsimulated: { kind: 'resource' | 'property' | 'operation' | 'action' | 'rule'; name: string; where?: string };
  /** Something worth telling once, such as a resource type that is not simulated. */
  notice: { message: string };
}

/** The name of a {@link CloudEvents} entry. */
export type CloudEventName = keyof CloudEvents;

/** A watcher of every event. */
export type CloudWatcher = <Name extends CloudEventName>(name: Name, event: CloudEvents[Name]) => void;

/** The stream of what happens in one local cloud. Watchers are called in order, synchronously. */
export interface EventStream {
  emit<Name extends CloudEventName>(name: Name, event: CloudEvents[Name]): void;
  /** Watches one event; call the result to stop. */
  on<Name extends CloudEventName>(name: Name, watcher: (event: CloudEvents[Name]) => void): () => void;
  /** Watches all events; call the result to stop. */
  onAny(watcher: CloudWatcher): () => void;
}

/** Creates an empty stream. */
export function createEventStream(): EventStream {
  const watchers = new Map<CloudEventName, Set<(event: never) => void>>();
  const all = new Set<CloudWatcher>();
  return {
    emit(name, event) {
      for (const watcher of [...(watchers.get(name) ?? [])]) watcher(event as never);
      for (const watcher of [...all]) watcher(name, event);
    },
    on(name, watcher) {
      const set = watchers.get(name) ?? new Set();
      watchers.set(name, set);
      set.add(watcher as (event: never) => void);
      return () => set.delete(watcher as (event: never) => void);
    },
    onAny(watcher) {
      all.add(watcher);
      return () => all.delete(watcher);
    },
  };
}
