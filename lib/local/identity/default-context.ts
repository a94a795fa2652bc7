import type { ConditionContext } from '../kernel/kernel.ts';
import type { SessionPrincipal } from './credential-store.ts';
import type { Role } from './role-store.ts';

/** What the global condition keys are made of. */
export interface ContextParts {
  readonly principal: SessionPrincipal;
  /** The caller's role. */
  readonly role: Role | undefined;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** Simulated milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The global condition keys of a request
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 *
 * `aws:SecureTransport` is `true` although loopback is plain HTTP: the same call goes over TLS in AWS.
 */
export function defaultContext({ principal, role, region, accountId, partition, now }: ContextParts): ConditionContext {
  const roleId = role?.roleId;
  const { functionName, issuedAt } = principal;
  const tags = { ...role?.tags, ...principal.sessionTags };
  const service = principal.kind === 'service';
  const sessionName = principal.arn.split('/').at(-1);
  return {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': accountId,
    'aws:ViaAWSService': 'false',
    'aws:PrincipalIsAWSService': String(service),
    'aws:PrincipalArn': service ? undefined : (principal.roleArn ?? principal.arn),
    'aws:PrincipalAccount': service ? undefined : principal.accountId,
    'aws:PrincipalType': principal.kind === 'root' ? 'Account' : roleId === undefined ? undefined : 'AssumedRole',
    'aws:PrincipalServiceName': principal.service,
    'aws:PrincipalServiceNamesList': principal.service === undefined ? undefined : [principal.service],
    'aws:TokenIssueTime': issuedAt === undefined ? undefined : new Date(issuedAt).toISOString(),
    // Temporary credentials always say so; nobody shows a second factor here.
    'aws:MultiFactorAuthPresent': issuedAt === undefined ? undefined : 'false',
    'aws:SourceIdentity': principal.sourceIdentity,
    'lambda:SourceFunctionArn':
      functionName === undefined
        ? undefined
        : `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}`,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    'aws:userid': principal.kind === 'root' ? accountId : roleId && `${roleId}:${sessionName}`,
  };
}
