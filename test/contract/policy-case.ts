import { requestKeys } from '../../lib/local/identity/policy/condition.ts';
import { evaluate, type Question } from '../../lib/local/identity/policy/evaluate.ts';
import { compilePolicy } from '../../lib/local/identity/policy/policy.ts';
import type { ConditionContext, PolicyDocument, Principal } from '../../lib/local/kernel/kernel.ts';

/** A question to policies whose answer AWS tells in its user guide. */
export interface PolicyCase {
  /** The page of the IAM user guide (`reference_…` or `access_…`) that tells the answer. */
  readonly source: string;
  /** What is asked, in a few words. */
  readonly asked: string;
  /** Statements of the role's policies. @defaultValue none */
  readonly identity?: readonly object[];
  /** Statements of the resource's policy. @defaultValue none */
  readonly resource?: readonly object[];
  /** Statements of the role's permissions boundary. @defaultValue it has none */
  readonly boundary?: readonly object[];
  /** Statements of the session's policy. @defaultValue it has none */
  readonly session?: readonly object[];
  /** The version of the policy language. @defaultValue '2012-10-17' */
  readonly version?: string;
  /** What the request tells. @defaultValue nothing */
  readonly keys?: ConditionContext;
  /** @defaultValue 's3:GetObject' */
  readonly action?: string;
  /** @defaultValue 'arn:aws:s3:::shop/orders/1.json' */
  readonly on?: string;
  /** @defaultValue the session `clerk` of the role `seller` */
  readonly by?: Principal;
  /** @defaultValue 'either' */
  readonly rule?: Question['rule'];
  readonly allowed: boolean;
}

/** Whether the policy engine gives the known answer. */
export function isPassed(known: PolicyCase): boolean {
  const compile = (statements: readonly object[]) =>
    compilePolicy({ Version: known.version ?? '2012-10-17', Statement: statements } as PolicyDocument);
  const verdict = evaluate({
    principal: known.by ?? SELLER,
    action: known.action ?? 's3:GetObject',
    resource: known.on ?? 'arn:aws:s3:::shop/orders/1.json',
    keys: requestKeys(known.keys ?? {}),
    identity: [compile(known.identity ?? [])],
    resourcePolicies: [compile(known.resource ?? [])],
    session: known.session && [compile(known.session)],
    boundary: known.boundary && [compile(known.boundary)],
    rule: known.rule ?? 'either',
  });
  return verdict.allowed === known.allowed;
}

const ACCOUNT = '123456789012';
/** The role that asks where a case names nobody else. */
export const SELLER_ROLE = `arn:aws:iam::${ACCOUNT}:role/seller`;
/** Its session. */
export const SELLER_SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/seller/clerk`;
const SELLER: Principal = { arn: SELLER_SESSION, kind: 'role', roleArn: SELLER_ROLE, accountId: ACCOUNT };
/** The account's root user. */
export const ROOT: Principal = { arn: `arn:aws:iam::${ACCOUNT}:root`, kind: 'root', accountId: ACCOUNT };
/** A service that acts by itself. */
export const EVENTS: Principal = {
  arn: 'events.amazonaws.com',
  kind: 'service',
  service: 'events.amazonaws.com',
  accountId: ACCOUNT,
};

/** A statement that allows all, changed by overrides. */
export const allow = (overrides: object = {}): object => ({
  Effect: 'Allow',
  Action: '*',
  Resource: '*',
  ...overrides,
});
/** A statement that denies all, changed by overrides. */
export const deny = (overrides: object = {}): object => ({ Effect: 'Deny', Action: '*', Resource: '*', ...overrides });
