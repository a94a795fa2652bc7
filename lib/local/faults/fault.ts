import type { HandlerErrorCode } from '../cloudcontrol/handler-error.ts';
import type { WireCall } from '../wire/interceptor.ts';

/** What strikes the process that makes a call: SIGKILL, the end for using too much memory, or a standstill. */
export const processFaultKinds = ['kill', 'oom', 'hang'] as const;

/** What happens to a call itself, its caller unharmed. */
export const callFaultKinds = ['throttle', 'error', 'reset', 'lost', 'slow', 'ledger-down'] as const;

/** What happens to an invocation as a whole. */
export const invocationFaultKinds = ['duplicate', 'late', 'init-crash', 'bad-result'] as const;

/** What happens to a handler of Cloud Control. */
export const handlerFaultKinds = ['handler-error', 'handler-slow'] as const;

/** How often, and from when on, a fault strikes. */
export interface FaultSchedule {
  /** The first occasion that counts, from 1. @defaultValue 1 */
  readonly nth?: number;
  /** How often it strikes in all. @defaultValue 1; unlimited with `probability` or `forMs`, and for `ledger-down` */
  readonly times?: number;
  /** The chance of each occasion, 0 to 1. @defaultValue 1 */
  readonly probability?: number;
  /** How long after its first strike it goes on, in simulated milliseconds. @defaultValue for ever */
  readonly forMs?: number;
}

/** Which calls a fault means. Only calls of functions count: the developer's own clients are never struck. */
export interface CallMatch {
  /** The endpoint prefix, such as `codepipeline`; `*` for every service. @defaultValue '*' */
  readonly service?: string;
  /** Such as `PutJobSuccessResult`; `*` for every operation, `Put*` for all that begin so. @defaultValue '*' */
  readonly operation?: string;
  /** The name of the calling function, or the beginning of its logical id. @defaultValue every function */
  readonly functionName?: string;
  /** A further condition. @defaultValue none */
  readonly where?: (call: WireCall) => boolean;
}

/** Strikes the calling environment. `before`: the service never sees the call. `after`: it has acted, and nobody is told. */
export interface ProcessFault extends FaultSchedule, CallMatch {
  readonly kind: (typeof processFaultKinds)[number];
  readonly moment: 'before' | 'after';
}

/**
 * Strikes the call: throttled, answered with status 500, its connection reset before the service acts, its response
 * lost after the service acted, or held up. `ledger-down` is `error` on all calls to DynamoDB.
 */
export interface CallFault extends FaultSchedule, CallMatch {
  readonly kind: (typeof callFaultKinds)[number];
  /** How long `slow` holds a call up, in simulated milliseconds. @defaultValue 2000 */
  readonly delayMs?: number;
}

/**
 * Strikes an invocation: handed over twice, handed over late, its environment dies while it loads, or its result is
 * no JSON. `duplicate` and `late` mean asynchronous events, which services and destinations send.
 */
export interface InvocationFault extends FaultSchedule {
  readonly kind: (typeof invocationFaultKinds)[number];
  /** The name of the function, or the beginning of its logical id. @defaultValue every function */
  readonly functionName?: string;
  /** Of a duplicate or late event, in simulated milliseconds. @defaultValue 0 for a duplicate, 90,000 for a late one */
  readonly delayMs?: number;
  /** A further condition on the event; `undefined` where only an environment starts. @defaultValue none */
  readonly where?: (event: unknown) => boolean;
}

/**
 * Strikes a handler of Cloud Control: it fails, before the services hear of it or after they have acted, which leaves a
 * resource; or it takes long.
 */
export interface HandlerFault extends FaultSchedule {
  readonly kind: (typeof handlerFaultKinds)[number];
  /** Such as `AWS::S3::Bucket`. @defaultValue every type */
  readonly typeName?: string;
  /** `CREATE`, `READ`, `UPDATE`, `DELETE` or `LIST`. @defaultValue every operation */
  readonly operation?: string;
  /** @defaultValue 'before' */
  readonly moment?: 'before' | 'after';
  /** The code of `handler-error`, such as `Throttling`. @defaultValue 'GeneralServiceException' */
  readonly errorCode?: HandlerErrorCode;
  /** How long `handler-slow` takes, in simulated milliseconds. @defaultValue 300000 */
  readonly delayMs?: number;
}

/** One thing that goes wrong, and when. */
export type Fault = ProcessFault | CallFault | InvocationFault | HandlerFault;

/** Tells a fault of a handler. */
export function isHandlerFault(fault: Fault): fault is HandlerFault {
  return (handlerFaultKinds as readonly string[]).includes(fault.kind);
}

/** Tells a fault of a process. */
export function isProcessFault(fault: Fault): fault is ProcessFault {
  return (processFaultKinds as readonly string[]).includes(fault.kind);
}

/** Tells a fault of a call. */
export function isCallFault(fault: Fault): fault is CallFault {
  return (callFaultKinds as readonly string[]).includes(fault.kind);
}
