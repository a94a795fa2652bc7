import type { ConditionContext, Principal } from '../kernel/kernel.ts';

/** What the global condition keys are made of. */
export interface ContextParts {
  readonly principal: Principal;
  /** The stable id of the caller's role. */
  readonly roleId: string | undefined;
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
export function defaultContext({ principal, roleId, region, accountId, now }: ContextParts): ConditionContext {
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
    'aws:userid': principal.kind === 'root' ? accountId : roleId && `${roleId}:${sessionName}`,
  };
}
