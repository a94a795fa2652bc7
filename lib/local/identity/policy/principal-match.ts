import type { Principal } from '../../kernel/kernel.ts';
import type { PrincipalSelector } from './policy.ts';

/**
 * How a resource policy names a caller, closest first: its session, its role, its service, everybody; or `account`,
 * which grants nothing by itself, but lets the account's own policies decide.
 */
export type PrincipalMatch = 'session' | 'role' | 'service' | 'any' | 'account';

const CLOSEST_FIRST: readonly PrincipalMatch[] = ['session', 'role', 'service', 'any', 'account'];

/** Finds the closest way in which a statement names a caller; `undefined` when it does not. */
export function matchPrincipal(selector: PrincipalSelector, principal: Principal): PrincipalMatch | undefined {
  const found = new Set(selector.named.map(({ kind, name }) => matchOne(kind, name, principal)));
  const closest = CLOSEST_FIRST.find((match) => found.has(match));
  if (!selector.not) return closest;
  return closest === undefined ? 'any' : undefined;
}

function matchOne(kind: string, name: string, principal: Principal): PrincipalMatch | undefined {
  if (kind === 'AWS') {
    if (name === '*') return 'any';
    if (name === principal.arn && principal.kind === 'role')
      return principal.arn === principal.roleArn ? 'role' : 'session';
    if (name === principal.roleArn) return 'role';
    return accountOf(name) === principal.accountId && principal.kind !== 'service' ? 'account' : undefined;
  }
  if (kind === 'Service' && principal.service !== undefined) {
    return withoutRegion(name) === withoutRegion(principal.service) ? 'service' : undefined;
  }
  return undefined;
}

/** An account is named by its number or by the ARN of its root. */
function accountOf(name: string): string | undefined {
  return /^(?:arn:[^:]+:iam::(\d{12}):root|(\d{12}))$/.exec(name)?.slice(1).find(Boolean);
}

/** `states.eu-west-1.amazonaws.com` is `states.amazonaws.com`. */
function withoutRegion(service: string): string {
  return service.replace(/^([^.]+)\.[a-z]{2}(?:-[a-z]+)+-\d\.(amazonaws\.com(?:\.cn)?)$/, '$1.$2');
}
