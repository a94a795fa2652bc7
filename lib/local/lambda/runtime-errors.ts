/*
 * How the runtime client tells of errors: to the Runtime API, and in the log. It behaves as AWS's runtime interface
 * client does, of which the log line with all enumerable members matters most: what an error carries is seen by
 * everybody who may read the log.
 *
 * It runs beside the runtime client inside each execution environment, and like it imports nothing.
 */
import type * as Util from 'node:util';

/** An error as the Runtime API takes it. */
export interface ErrorBody {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

const util: typeof Util = process.getBuiltinModule('node:util');

/** What nobody could read: a getter, a proxy or a message that is no text stood in the way. */
const UNREADABLE: ErrorBody = {
  errorType: 'handled',
  errorMessage:
    'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
};

/** An error of the runtime itself: `Runtime.` and the name become the `errorType`. */
export function runtimeError(name: string, message: string, members: object = {}): Error {
  const error = new Error(message);
  const type = `Runtime.${name}`;
  // Like a name that a class gives, it is no member of the error itself, and so not printed with those.
  Object.defineProperty(error, 'name', { value: type, enumerable: false });
  error.stack = `${type}: ${message}`;
  return Object.assign(error, members);
}

/** The error of a rejection that nobody awaited; the log shows its reason with all members. */
export function unhandledRejection(reason: unknown, promise: unknown): Error {
  return runtimeError('UnhandledPromiseRejection', textOf(reason), { reason, promise });
}

/** An error, or whatever was thrown, as the Runtime API takes it. */
export function errorBody(thrown: unknown): ErrorBody {
  try {
    if (!looksLikeError(thrown)) {
      return { errorType: typeof thrown, errorMessage: (thrown as object).toString(), trace: [] };
    }
    return {
      errorType: withoutDelete(thrown.name),
      errorMessage: withoutDelete(thrown.message),
      trace: withoutDelete(thrown.stack as string).split('\n'),
    };
  } catch {
    return UNREADABLE;
  }
}

/** An error as one line of the log has it: JSON with all enumerable members of it and of the errors in it. */
export function errorDetail(thrown: unknown): string {
  try {
    const error = thrown instanceof Error ? thrown : new Error(thrown as string);
    return JSON.stringify(error, (_name, value) => withMembers(value));
  } catch {
    return JSON.stringify(errorBody(thrown));
  }
}

function withMembers(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { code } = value as NodeJS.ErrnoException;
  const members: Record<string, unknown> = { errorType: value.name, errorMessage: value.message, code, ...value };
  if (typeof value.stack === 'string') members.stack = value.stack.split('\n');
  return members;
}

function looksLikeError(thrown: unknown): thrown is Error {
  if (util.types.isNativeError(thrown)) return true;
  const { name, message, stack } = (thrown ?? {}) as Partial<Error>;
  return [name, message, stack].every((text) => typeof text === 'string' && text !== '');
}

/** The character DEL, which a header cannot carry, is written out. */
function withoutDelete(text: string): string {
  return text.replaceAll('\x7f', '%7F');
}

function textOf(reason: unknown): string {
  try {
    return String(reason);
  } catch {
    return 'a value that has no text';
  }
}
