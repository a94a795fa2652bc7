import type { AwsConnection, JsonServiceId } from '../aws/index.ts';
import type { Callback } from './callback.ts';
import type { Claiming } from './claiming.ts';
import type { Decision } from './decision.ts';
import type { Log } from './log.ts';
import type { Json } from './outcome.ts';
import type { TimeSource } from './retry.ts';

/**
 * What the promise needs to know of a service to answer it: the handler, the last resort and `complete` all go
 * through this one face.
 */
export interface ResultApi {
  /** The service's name in Ringback, such as `codepipeline`. */
  readonly name: string;
  /** What the service calls the thing it waits for, for messages: `job`, `step`, `operation`. */
  readonly noun: string;
  /**
   * How a delivery goes on later: the service hands a token back (`token`: to continue is an answer of its own), or
   * it goes on waiting and Ringback itself brings the delivery back (`redelivery`).
   */
  readonly continuation: 'token' | 'redelivery';
  /** The longest continuation token the service hands back, in characters; 0 where it hands none. */
  readonly tokenLimit: number;
  /**
   * Fits a decision into what the service's request can carry. What does not fit and cannot be repaired becomes a
   * failed decision that says so.
   */
  fit(decision: Decision): Decision;
  /**
   * The request that carries a decision; the same for every repetition. Absent where the answer is what the function
   * returns, so that nobody else can give it.
   */
  request?(callback: Callback, decision: Decision): ResultRequest;
  /** Error codes that mean: this callback has been answered, or nobody waits for it any more. */
  readonly settled: ReadonlySet<string>;
  /** Error codes that mean: the request itself is wrong, and will be at every repetition. */
  readonly refused: ReadonlySet<string>;
  /** The members of a callback's data that are secrets; the others are ids. */
  readonly secretData: readonly string[];
  /** Finds the callback in an event as the service sent it; undefined where it is another service's. */
  recognise(event: unknown, region: string): Callback | undefined;
  /**
   * How a callback is claimed that must be claimed before anybody may answer it. Undefined for one whose answer is owed
   * from its delivery on; absent where the service knows no claims.
   */
  claiming?(callback: Callback): Claiming | undefined;
  /**
   * What an event is for which nobody waits, such as `a wake-up of a job worker`, so that it can be dropped when a
   * function fails on it. Undefined for every other event, unreadable ones included.
   */
  describeUnowed?(event: unknown): string | undefined;
}

/** A service that is answered by a call. */
export interface CalledResultApi extends ResultApi {
  request(callback: Callback, decision: Decision): ResultRequest;
}

/** One call of a result API. */
export interface ResultRequest {
  readonly api: JsonServiceId;
  readonly operation: string;
  readonly input: object;
}

/** A service whose deliveries a handler takes. */
export interface Service<Task> extends ResultApi {
  /**
   * Reads one delivery, leniently: as long as there is a callback, what is wrong with the rest is answered.
   *
   * @throws InvalidEventError when there is nobody to answer
   */
  parse(event: unknown, region: string): Delivery<Task>;
  /**
   * The same callback with a newer token, where the service refused this one's.
   *
   * @param errorCode - what the report met
   * @returns undefined where the error is another, or there is no newer token
   */
  renew?(callback: Callback, errorCode: string): Promise<Callback | undefined>;
}

/** One event, as far as it is understood before the ledger is asked. */
export interface Delivery<Task> {
  readonly callback: Callback;
  /** Values that must never be seen. */
  readonly secrets: readonly (string | undefined)[];
  /** What a continuation left, as the service hands it back. */
  readonly continuationToken?: string | undefined;
  /** How long the service waits for the answer from the first delivery on, in milliseconds, where that is known. */
  readonly answerWithinMs?: number | undefined;
  /** Builds what user logic receives. @throws ConfigurationError when parameters or state do not fit */
  createTask(environment: TaskEnvironment): Task | Promise<Task>;
}

/** What a task is built from. */
export interface TaskEnvironment {
  readonly callback: Callback;
  /** Aborts when user logic must stop, because its time is up. */
  readonly signal: AbortSignal;
  /** Milliseconds that user logic still has. */
  readonly remainingMs: () => number;
  readonly connection: AwsConnection;
  readonly log: Log;
  readonly time: TimeSource;
  /** The state that the last run left; undefined on the first. */
  readonly state: Json | undefined;
  /** 1 on the first run, one more with each continuation. */
  readonly run: number;
  /** Withholds more values from every log line and message. */
  readonly addSecrets: (...secrets: readonly (string | undefined)[]) => void;
}
