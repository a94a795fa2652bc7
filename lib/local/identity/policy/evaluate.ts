import type { Principal } from '../../kernel/kernel.ts';
import type { RequestKeys } from './condition.ts';
import type { Policy, Selector, Statement } from './policy.ts';
import { matchPrincipal, type PrincipalMatch } from './principal-match.ts';

/** The kinds of policy that take part in a decision. */
export type PolicyKind = 'identity' | 'resource' | 'session' | 'boundary' | 'trust';

/** One question to the policies: may this principal do this to that resource? */
export interface Question {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly keys: RequestKeys;
  /** The policies of the principal's role. */
  readonly identity: readonly Policy[];
  /** The resource's own policies. */
  readonly resourcePolicies: readonly Policy[];
  /** The session's policies; `undefined` when the session has none. */
  readonly session: readonly Policy[] | undefined;
  /** The role's permissions boundary; `undefined` when it has none. */
  readonly boundary: readonly Policy[] | undefined;
  /**
   * `either`: an identity policy or the resource's policy suffices. `delegated`: an identity policy counts only where
   * the resource's policy names the account (KMS keys). `trust`: the same, also for the account's root (roles).
   */
  readonly rule: 'either' | 'delegated' | 'trust';
}

/** The answer; a refusal says which kind of policy caused it. */
export type Verdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly explicit: boolean; readonly kind: PolicyKind };

const ALLOWED: Verdict = { allowed: true };

/**
 * Decides as IAM does within one account: an explicit deny anywhere wins; otherwise something must allow, and the
 * session's policies and the permissions boundary narrow what the role may do.
 *
 * A condition that cannot be told never lets an Allow match and always lets a Deny match.
 */
export function evaluate(question: Question): Verdict {
  const { principal, resourcePolicies, identity, session, boundary, rule } = question;
  const resourceKind: PolicyKind = rule === 'trust' ? 'trust' : 'resource';
  const groups: readonly (readonly [PolicyKind, readonly Policy[]])[] = [
    ['identity', identity],
    ['boundary', boundary ?? []],
    ['session', session ?? []],
  ];
  for (const [kind, policies] of groups) {
    if (applies(policies, 'Deny', question)) return { allowed: false, explicit: true, kind };
  }
  if (namings(resourcePolicies, 'Deny', question).size > 0) {
    return { allowed: false, explicit: true, kind: resourceKind };
  }

  const named = namings(resourcePolicies, 'Allow', question);
  const delegated = rule === 'either' || named.has('account') || named.has('any');
  if (principal.kind === 'root') {
    const trusted = rule !== 'trust' || named.size > 0;
    return trusted ? ALLOWED : { allowed: false, explicit: false, kind: resourceKind };
  }
  if (principal.kind === 'service') {
    return named.has('service') || named.has('any') ? ALLOWED : { allowed: false, explicit: false, kind: resourceKind };
  }
  // A grant to the session itself is not narrowed by what narrows the role.
  if (named.has('session')) return ALLOWED;
  const byResource = named.has('role') || named.has('any');
  const byIdentity = delegated && applies(identity, 'Allow', question);
  if (!byResource && !byIdentity) {
    const noWay = !delegated || principal.roleArn === undefined;
    return { allowed: false, explicit: false, kind: noWay ? resourceKind : 'identity' };
  }
  if (boundary !== undefined && !applies(boundary, 'Allow', question)) {
    return { allowed: false, explicit: false, kind: 'boundary' };
  }
  if (session !== undefined && !applies(session, 'Allow', question)) {
    return { allowed: false, explicit: false, kind: 'session' };
  }
  return ALLOWED;
}

/** Whether any statement of policies without principals has this effect on the question. */
function applies(policies: readonly Policy[], effect: Statement['effect'], question: Question): boolean {
  return policies.some((policy) =>
    policy.some((statement) => {
      // Only a policy that stands on a resource can do without naming one.
      if (statement.resources === undefined && effect === 'Allow') return false;
      return covers(statement, effect, question);
    }),
  );
}

/** The ways in which statements of the resource's policies with this effect name the caller. */
function namings(policies: readonly Policy[], effect: Statement['effect'], question: Question): Set<PrincipalMatch> {
  const found = new Set<PrincipalMatch>();
  for (const policy of policies) {
    for (const statement of policy) {
      if (statement.principals === undefined) continue;
      const match = matchPrincipal(statement.principals, question.principal);
      if (match !== undefined && covers(statement, effect, question)) found.add(match);
    }
  }
  return found;
}

function covers(statement: Statement, effect: Statement['effect'], question: Question): boolean {
  return (
    statement.effect === effect &&
    selects(statement.actions, question.action, question) &&
    (statement.resources === undefined || selects(statement.resources, question.resource, question)) &&
    statement.conditions.every((condition) => condition.holds(question.keys) ?? effect === 'Deny')
  );
}

function selects(selector: Selector, value: string, { keys }: Question): boolean {
  const found = selector.globs.some((glob) => glob.matches(value, keys.variable) === true);
  return selector.not ? !found : found;
}
