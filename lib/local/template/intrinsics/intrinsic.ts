import { AssemblyError } from '../assembly-error.ts';
import { noValue, type Scope } from '../scope.ts';

/** What an intrinsic function works with. */
export interface ResolveContext {
  readonly scope: Scope;
  /** The place of the function in its template. */
  readonly at: string;
  /** The value of an expression inside the function, or {@link noValue}. */
  resolve(expression: unknown, at?: string): unknown;
  /** The value of a named condition. */
  condition(name: string): boolean;
}

/** One intrinsic function: its unresolved argument to its value. */
export type Intrinsic = (argument: unknown, context: ResolveContext) => unknown;

/** Ends a resolution because of a function's argument. @throws AssemblyError `ExpressionMalformed`, always. */
export function malformed(context: ResolveContext, wanted: string, value: unknown): never {
  const shown = value === noValue ? 'AWS::NoValue' : (JSON.stringify(value) ?? String(value));
  throw new AssemblyError('ExpressionMalformed', `${context.at}: ${wanted}, but is ${shown}`);
}

/** Ends a resolution because something does not exist. @throws AssemblyError `ReferenceDangling`, always. */
export function dangling(context: ResolveContext, reason: string): never {
  throw new AssemblyError('ReferenceDangling', `${context.at}: ${reason}`);
}

/** A resolved value as text: strings, numbers and booleans, as CloudFormation writes them. */
export function textOf(value: unknown, context: ResolveContext, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return malformed(context, `${what} must be a string`, value);
}

/** The list that a function's argument must be, resolved, of `least` to `most` entries. */
export function listOf(argument: unknown, context: ResolveContext, least: number, most = least): unknown[] {
  if (Array.isArray(argument) && argument.length >= least && argument.length <= most) return argument;
  const count = least === most ? `${least}` : `${least} to ${most}`;
  return malformed(context, `must be a list of ${count}`, argument);
}
