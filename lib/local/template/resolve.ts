import { AssemblyError } from './assembly-error.ts';
import { conditionIntrinsics } from './intrinsics/conditions.ts';
import type { Intrinsic, ResolveContext } from './intrinsics/intrinsic.ts';
import { listIntrinsics } from './intrinsics/lists.ts';
import { lookupIntrinsics } from './intrinsics/lookups.ts';
import { textIntrinsics } from './intrinsics/text.ts';
import { isRecord } from './is-record.ts';
import { noValue, type Scope } from './scope.ts';

const intrinsics: ReadonlyMap<string, Intrinsic> = new Map(
  Object.entries({ ...lookupIntrinsics, ...textIntrinsics, ...listIntrinsics, ...conditionIntrinsics }),
);

/** Options of {@link resolve}. */
export interface ResolveOptions {
  /**
   * The place of the expression in its template, for messages.
   *
   * @defaultValue 'expression'
   */
  readonly at?: string;
}

/**
 * The value of an expression of a template: every intrinsic function replaced by what it gives.
 *
 * Properties and list entries that come to `AWS::NoValue` are left out; an expression that is itself no value gives
 * `undefined`. Dynamic references (`{{resolve:...}}`) stay as they are.
 *
 * @throws AssemblyError `ExpressionMalformed`, `ReferenceDangling` or `DependencyCycle`, naming the place.
 */
export function resolve(expression: unknown, scope: Scope, options: ResolveOptions = {}): unknown {
  const value = resolveAt(expression, scope, options.at ?? 'expression', []);
  return value === noValue ? undefined : value;
}

/** The value of a named condition. @throws AssemblyError when it does not exist, is malformed or leads to itself. */
export function resolveCondition(name: string, scope: Scope, options: ResolveOptions = {}): boolean {
  return contextFor(scope, options.at ?? `Conditions.${name}`, []).condition(name);
}

function resolveAt(expression: unknown, scope: Scope, at: string, conditions: readonly string[]): unknown {
  if (Array.isArray(expression)) {
    const values = expression.map((entry, index) => resolveAt(entry, scope, `${at}[${index}]`, conditions));
    return values.filter((value) => value !== noValue);
  }
  if (!isRecord(expression)) return expression;
  const entries = Object.entries(expression);
  const [key, argument] = entries[0] ?? [];
  if (entries.length === 1 && key !== undefined) {
    const intrinsic = intrinsics.get(key);
    if (intrinsic !== undefined) return intrinsic(argument, contextFor(scope, `${at}.${key}`, conditions));
    if (key.startsWith('Fn::')) {
      throw new AssemblyError('ExpressionMalformed', `${at}: ${key} is no function that the local cloud knows`);
    }
  }
  const resolved = entries.map(
    ([name, value]) => [name, resolveAt(value, scope, `${at}.${name}`, conditions)] as const,
  );
  return Object.fromEntries(resolved.filter(([, value]) => value !== noValue));
}

function contextFor(scope: Scope, at: string, conditions: readonly string[]): ResolveContext {
  return {
    scope,
    at,
    resolve: (expression, place = at) => resolveAt(expression, scope, place, conditions),
    condition(name) {
      if (conditions.includes(name)) {
        const circle = [...conditions.slice(conditions.indexOf(name)), name].join(' -> ');
        throw new AssemblyError('DependencyCycle', `${at}: conditions depend on each other: ${circle}`);
      }
      const expression = scope.condition(name);
      if (expression === undefined) {
        throw new AssemblyError('ReferenceDangling', `${at}: there is no condition "${name}"`);
      }
      const value = resolveAt(expression, scope, `Conditions.${name}`, [...conditions, name]);
      if (typeof value === 'boolean') return value;
      // A condition may be nothing but another condition's name.
      if (isRecord(value) && typeof value.Condition === 'string') {
        return contextFor(scope, `Conditions.${name}`, [...conditions, name]).condition(value.Condition);
      }
      throw new AssemblyError(
        'ExpressionMalformed',
        `Conditions.${name}: must be a condition function such as Fn::Equals`,
      );
    },
  };
}
