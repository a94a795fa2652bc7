import { HANDLER_ERROR_CODES } from '../cloudcontrol/handler-error.ts';
import {
  type CallFault,
  callFaultKinds,
  type Fault,
  type HandlerFault,
  handlerFaultKinds,
  type InvocationFault,
  invocationFaultKinds,
  type ProcessFault,
  processFaultKinds,
} from './fault.ts';
import { FaultSpecError } from './fault-error.ts';
import { readOptions } from './fault-options.ts';

/** How faults are written, one form a line; for `--help` and messages. */
export const FAULT_FORMS = [
  'kill|oom|hang:before|after:SERVICE:OPERATION',
  'throttle|error|reset|lost|slow:SERVICE:OPERATION',
  'ledger-down[:FUNCTION]',
  'duplicate:FUNCTION[:concurrent|sequential]',
  'late|init-crash|bad-result:FUNCTION',
  'handler-error:before|after:TYPE:OPERATION[:CODE]',
  'handler-slow:TYPE:OPERATION',
] as const;

/** How long after the first a sequential duplicate comes, in simulated milliseconds: when all retries are over. */
const SEQUENTIAL_MS = 200_000;
const DEFAULT_SLOW_MS = 2_000;
const DEFAULT_LATE_MS = 90_000;
const NAME = /^[A-Za-z0-9_*.-]+$/;

/**
 * Reads a fault as `--fault` has it, such as `kill:after:codepipeline:PutJobSuccessResult` or
 * `throttle:dynamodb:*:p=0.2`. Options follow as `name=value`: `fn`, `nth`, `times`, `p`, `for`, `delay`.
 *
 * @throws FaultSpecError
 */
export function parseFault(spec: string): Fault {
  // The names of resource types hold double colons.
  const [kind = '', ...rest] = spec.split(/(?<!:):(?!:)/);
  const words = rest.filter((part) => !part.includes('='));
  const options = readOptions(
    spec,
    rest.filter((part) => part.includes('=')),
  );
  if (isOneOf(handlerFaultKinds, kind)) return handlerFault(spec, kind, words, options);
  const bad = words.find((word) => !NAME.test(word));
  if (bad !== undefined) throw wrong(spec, `"${bad}" is no name`);
  if (isOneOf(processFaultKinds, kind)) return processFault(spec, kind, words, options);
  if (kind === 'ledger-down') return ledgerDown(spec, words, options);
  if (isOneOf(callFaultKinds, kind)) return callFault(spec, kind, words, options);
  if (isOneOf(invocationFaultKinds, kind)) return invocationFault(spec, kind, words, options);
  throw wrong(spec, kind === '' ? 'it is empty' : `there is no fault "${kind}"`);
}

type Options = ReturnType<typeof readOptions>;

function processFault(spec: string, kind: ProcessFault['kind'], words: string[], options: Options): Fault {
  const [moment, service, operation, ...more] = words;
  if (moment !== 'before' && moment !== 'after') throw wrong(spec, `${kind} needs before or after`);
  refuse(spec, more);
  const { delayMs, ...schedule } = options;
  if (delayMs !== undefined) throw wrong(spec, `${kind} has no delay`);
  return { kind, moment, ...callMatch(service, operation), ...schedule };
}

function callFault(spec: string, kind: CallFault['kind'], words: string[], options: Options): Fault {
  const [service, operation, ...more] = words;
  refuse(spec, more);
  if (options.delayMs !== undefined && kind !== 'slow') throw wrong(spec, `${kind} has no delay`);
  return {
    kind,
    ...callMatch(service, operation),
    ...(kind === 'slow' ? { delayMs: DEFAULT_SLOW_MS } : {}),
    ...options,
  };
}

function ledgerDown(spec: string, words: string[], options: Options): Fault {
  const [functionName, ...more] = words;
  refuse(spec, more);
  if (options.delayMs !== undefined) throw wrong(spec, 'ledger-down has no delay');
  return { kind: 'ledger-down', ...(functionName === undefined ? {} : { functionName }), ...options };
}

function invocationFault(spec: string, kind: InvocationFault['kind'], words: string[], options: Options): Fault {
  const [functionName, manner, ...more] = words;
  if (options.functionName !== undefined) throw wrong(spec, `${kind} names its function without fn=`);
  if (manner !== undefined && (kind !== 'duplicate' || !isOneOf(['concurrent', 'sequential'], manner))) {
    throw wrong(spec, `"${manner}" is too much`);
  }
  refuse(spec, more);
  const delayMs = kind === 'late' ? DEFAULT_LATE_MS : manner === 'sequential' ? SEQUENTIAL_MS : undefined;
  return {
    kind,
    ...(functionName === undefined || functionName === '*' ? {} : { functionName }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...options,
  };
}

function handlerFault(spec: string, kind: HandlerFault['kind'], words: string[], options: Options): Fault {
  const { functionName, delayMs, ...schedule } = options;
  if (functionName !== undefined) throw wrong(spec, `${kind} strikes whoever calls, and takes no fn=`);
  const moment = kind === 'handler-error' ? words.shift() : 'before';
  if (moment !== 'before' && moment !== 'after') throw wrong(spec, `${kind} needs before or after`);
  const [typeName = '*', operation = '*', code, ...more] = words;
  if (!/^(?:\*|\w+::\w+::\w+)$/.test(typeName)) throw wrong(spec, `"${typeName}" is no resource type`);
  if (!['*', 'CREATE', 'READ', 'UPDATE', 'DELETE', 'LIST'].includes(operation)) {
    throw wrong(spec, `"${operation}" is none of CREATE, READ, UPDATE, DELETE, LIST`);
  }
  if (kind === 'handler-slow') {
    refuse(spec, code === undefined ? more : [code]);
    return { kind, typeName, operation, ...schedule, ...(delayMs === undefined ? {} : { delayMs }) };
  }
  refuse(spec, more);
  if (delayMs !== undefined) throw wrong(spec, `${kind} has no delay`);
  if (code !== undefined && !isOneOf(HANDLER_ERROR_CODES, code)) {
    throw wrong(spec, `"${code}" is no code of a handler; there are ${HANDLER_ERROR_CODES.join(', ')}`);
  }
  return { kind, moment, typeName, operation, ...(code === undefined ? {} : { errorCode: code }), ...schedule };
}

function callMatch(service = '*', operation = '*') {
  return { service, operation };
}

function refuse(spec: string, [extra]: readonly string[]): void {
  if (extra !== undefined) throw wrong(spec, `"${extra}" is too much`);
}

function wrong(spec: string, why: string): FaultSpecError {
  return new FaultSpecError(`the fault "${spec}" cannot be read: ${why}; the forms are ${FAULT_FORMS.join(', ')}`);
}

function isOneOf<Kind extends string>(kinds: readonly Kind[], value: string): value is Kind {
  return (kinds as readonly string[]).includes(value);
}
