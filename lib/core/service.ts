import type { AwsConnection } from '../aws/index.ts';
import type { Callback } from './callback.ts';
import type { Decision, Details, End } from './decision.ts';
import type { Json } from './json.ts';
import type { Ticket } from './ledger/entry.ts';
import type { ResultRequest } from './result-request.ts';
import type { Runtime } from './runtime.ts';
import type { Log } from './secrets/log.ts';
import type { Redact } from './secrets/redactor.ts';

/**
 * A service that waits for answers, as all know it who give one: the handler, the last resort and `complete`. Every step
 * that a service adds to the common way of an event stands here.
 */
export interface Service {
  /** The service's name in Ringback, such as `codepipeline`. */
  readonly name: string;
  /** What the service calls the thing it waits for, for messages: `job`, `step`, `operation`. */
  readonly noun: string;
  /** Finds what an event asks for, leniently; undefined where it is another service's, or nobody could be answered. */
  recognise(event: unknown, origin: Origin): Recognised | undefined;
  /**
   * What an event is for which nobody waits, such as `a wake-up of a job worker`, so that it can be dropped when a
   * function fails on it. Undefined for every other event, unreadable ones included.
   */
  describeUnowed?(event: unknown): string | undefined;
  /**
   * Redacts and fits the end of some work into what the service's request can carry.
   *
   * @throws Error that says what does not fit and cannot be repaired; never for a failure, which must get through
   */
  fit(end: End, redact: Redact): Decision;
  /** What a success carries of a runner's execution; nothing where it is absent. */
  detailsOfExecution?(execution: {
    readonly id: string;
    readonly variables: Readonly<Record<string, string>>;
  }): Details;
  /** Reads the event by which it is known that the service waits no more for a runner's execution. */
  readAbandoned?(event: unknown): AbandonedExecution | undefined;
  /** What is told beside a failure, where the request has no room for its reason; before the report. Never throws. */
  beforeReport?(failure: ToldFailure, runtime: Runtime, until: number): Promise<void>;
  /**
   * The request that carries a decision; the same for every repetition. Absent where the answer is what the function
   * returns, so that nobody else can give it.
   */
  request?(ticket: Ticket, decision: Decision): ResultRequest;
  /** By which conventions a delivery is described to whoever traces it; absent where there are none for such work. */
  readonly spanAttributes?: SpanAttributes;
  /** Error codes that mean: this has been answered, or nobody waits for it any more. */
  readonly settled: ReadonlySet<string>;
  /** Error codes that mean: the request itself is wrong, and will be at every repetition. */
  readonly refused: ReadonlySet<string>;
  /** How a delivery is put off. */
  readonly putOff: PutOff;
  /**
   * Acknowledges a ticket's job as ours, where the service wants that before anybody may answer it.
   *
   * @param again - an earlier attempt of ours may have acknowledged it already, so that a refusal leaves doubt
   * @throws AwsCallError when it could not be asked, or for a missing permission
   */
  acknowledge?(ticket: Ticket, again: boolean, asking: Asking): Promise<Acknowledgement>;
  /** Whether a ticket has to be acknowledged. @defaultValue true, where there is `acknowledge` */
  wantsAcknowledgement?(ticket: Ticket): boolean;
  /**
   * Whether others than those who keep this ledger may acknowledge a job, too: what is in doubt then stays so.
   *
   * @defaultValue false
   */
  isShared?(ticket: Ticket): boolean;
  /** The members of a ticket that are secrets; the others are ids. */
  readonly secretMembers: readonly string[];
  /**
   * The same ticket with a newer token, where the service refused this one's.
   *
   * @param errorCode - what the report met
   * @returns undefined where the error is another, or there is no newer token
   */
  renew?(ticket: Ticket, errorCode: string): Promise<Ticket | undefined>;
}

/** An execution of a runner that its service waits for no more. */
export interface AbandonedExecution {
  /** As the service was told it. */
  readonly id: string;
  readonly reason: string;
}

/** What a delivery is, and what came of it, in the words of OpenTelemetry's conventions; lenient. */
export interface SpanAttributes {
  ofEvent(event: unknown): Readonly<Record<string, string>>;
  ofDecision(decision: Decision): Readonly<Record<string, string>>;
}

/** A service that is answered by a call. */
export interface CallableService extends Service {
  request(ticket: Ticket, decision: Decision): ResultRequest;
}

/** Where an event comes from. */
export interface Origin {
  readonly region: string;
  /** The function that it was given to, where that is known. */
  readonly functionName: string | undefined;
}

/** What an event asks for. */
export interface Recognised {
  /** What identifies it within the service; no secret. */
  readonly id: string;
  readonly ticket: Ticket;
  /** What the service hands back of an earlier run. */
  readonly token?: string | undefined;
}

/** Whose a job is, as far as its service says. */
export type Acknowledgement = 'ours' | 'not ours' | 'unknown';

/** What asking a service needs. */
export interface Asking {
  readonly connection: AwsConnection;
  readonly time: Runtime['time'];
  /** No try begins after this moment, in milliseconds since the epoch. */
  readonly until: number;
  readonly onRetry?: Runtime['onRetry'];
}

/**
 * How a delivery comes about again later. `token`: to continue is an answer of its own, and the service hands the token
 * back with a new ticket; the request, or none where the function returns it. `message`: the service goes on waiting, and
 * Ringback itself brings the delivery back.
 */
export type PutOff =
  | {
      readonly by: 'token';
      fitProgress(details: Details, redact: Redact): Details;
      request?(ticket: Ticket, token: string, progress: Details): ResultRequest;
    }
  | { readonly by: 'message' };

/** A failure that is told beside its report. */
export interface ToldFailure {
  readonly id: string;
  readonly ticket: Ticket;
  readonly decision: Decision & { readonly kind: 'failed' };
}

/** A service whose deliveries a handler takes. */
export interface TaskService<Task> extends Service {
  /**
   * Reads one delivery for user logic, leniently: as long as it was recognised, what is wrong with the rest is answered.
   *
   * @throws InvalidEventError when it was not recognised, and says why
   */
  parse(event: unknown, origin: Origin): Parsed<Task>;
}

/** One event, as far as it is understood before the ledger is asked. */
export interface Parsed<Task> extends Recognised {
  /** Values of the service's that must never be seen. */
  readonly secrets: readonly (string | undefined)[];
  /** Values that the user declared secret: withheld at any length. */
  readonly declaredSecrets?: readonly (string | undefined)[];
  /**
   * How long the service waits for the answer, in milliseconds, where that is known: from each delivery on where it is
   * put off by a token, from the first one where by a message.
   */
  readonly answerWithinMs?: number | undefined;
  /** Builds what user logic receives. @throws ConfigurationError when parameters or state do not fit */
  createTask(parts: TaskParts): Task | Promise<Task>;
}

/** What a task is built from. */
export interface TaskParts {
  readonly callback: Callback;
  /** Aborts when user logic must stop, because its time is up. */
  readonly signal: AbortSignal;
  /** Milliseconds that user logic still has. */
  readonly remainingMs: () => number;
  readonly connection: AwsConnection;
  readonly log: Log;
  readonly time: Runtime['time'];
  /** The state that the last run left; undefined on the first. */
  readonly state: Json | undefined;
  /** 1 on the first run, one more with each continuation. */
  readonly run: number;
  /** Withholds more values from every log line and message; at any length. */
  readonly declareSecrets: (...secrets: readonly (string | undefined)[]) => void;
}

/** A service that wants the jobs of some tickets acknowledged. */
export type AcknowledgingService = Service & Required<Pick<Service, 'acknowledge'>>;

/** Whether a ticket has to be acknowledged as ours before its job may be answered. */
export function wantsAcknowledgement(service: Service, ticket: Ticket): service is AcknowledgingService {
  return service.acknowledge !== undefined && (service.wantsAcknowledgement?.(ticket) ?? true);
}

/** The secrets within a ticket. */
export function secretsOf({ secretMembers }: Service, { data }: Ticket): readonly (string | undefined)[] {
  return secretMembers.map((member) => data[member]);
}
