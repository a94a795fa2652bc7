import { AwsError } from '../kernel/aws-error.ts';
import type { PolicyKind, Verdict } from './policy/evaluate.ts';

/** What was refused to whom. */
export interface Refusal {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

/** A statement that would have allowed a refused call, for the caller's identity-based policy. */
export interface MissingStatement {
  readonly Effect: 'Allow';
  readonly Action: string;
  readonly Resource: string;
}

const NAMES: Readonly<Record<PolicyKind, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  session: 'session policy',
  boundary: 'permissions boundary',
  trust: 'role trust policy',
};

/** The statement that a role lacks when a call was refused. */
export function missingStatement({ action, resource }: Pick<Refusal, 'action' | 'resource'>): MissingStatement {
  return { Effect: 'Allow', Action: action, Resource: resource };
}

/** The error of a refused call, in the wording of AWS. */
export function accessDenied(refusal: Refusal, verdict: Extract<Verdict, { allowed: false }>): AwsError {
  const { principal, action, resource } = refusal;
  const name = NAMES[verdict.kind];
  const article = verdict.kind === 'identity' ? 'an' : 'a';
  const reason = verdict.explicit
    ? `with an explicit deny in ${article} ${name}`
    : `because no ${name} allows the ${action} action`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  );
}
