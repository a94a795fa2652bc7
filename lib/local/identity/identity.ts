import type { Clock } from '../kernel/clock.ts';
import type { EventStream } from '../kernel/events.ts';
import type { Credentials, Identity, Principal } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import { createCredentialStore, type SessionPrincipal } from './credential-store.ts';
import { defaultContext } from './default-context.ts';
import { createIam } from './iam.ts';
import { requestKeys } from './policy/condition.ts';
import { evaluate, type Question } from './policy/evaluate.ts';
import { isSimulatedKey } from './policy/simulated-keys.ts';
import { createPolicyCompiler } from './policy-compiler.ts';
import { accessDenied } from './refusal.ts';
import { iamResources } from './resources.ts';
import { createRoleStore } from './role-store.ts';
import { createStsApi } from './sts.ts';

/** Options of {@link createIdentity}. */
export interface IdentityOptions {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly events: EventStream;
  readonly uuid: () => string;
}

/** IAM and STS: their decisions for the other services, and their APIs. */
export interface AccountIdentity extends Identity, LocalService {
  /** The API of IAM; the service itself is STS. */
  readonly iam: LocalService;
  /**
   * Credentials with which a service acts on behalf of a caller, with the caller's permissions and no others. Faults of
   * processes do not strike through them.
   */
  forward(principal: Principal): Credentials;
}

const DEFAULT_DURATION_SECONDS = 3_600;
/** How long a service may act with a caller's own session: 24 hours (Cloud Control API User Guide, "Resource operations"). */
const FORWARDED_SECONDS = 86_400;

/** Creates IAM and STS of one local cloud: its roles, the credentials it hands out, and every decision on a call. */
export function createIdentity(options: IdentityOptions): AccountIdentity {
  const { accountId, partition, region, clock, events } = options;
  const iamArn = `arn:${partition}:iam::${accountId}`;
  const compile = createPolicyCompiler(events);
  const roles = createRoleStore(compile, events);
  const credentials = createCredentialStore(clock, options.uuid);
  const unsimulated = new Set<string>();
  const root: Principal = { arn: `${iamArn}:root`, kind: 'root', accountId };

  const identity: Identity = {
    issue(roleArn, { durationSeconds = DEFAULT_DURATION_SECONDS, sessionName, ...rest }) {
      const { name } = roles.get(roleArn);
      const principal: SessionPrincipal = {
        arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`,
        kind: 'role',
        roleArn,
        accountId,
        issuedAt: clock.now(),
        ...rest,
      };
      for (const document of principal.sessionPolicies ?? []) compile(document);
      return credentials.create(principal, durationSeconds);
    },

    principalOf(accessKeyId) {
      if (accessKeyId === undefined) return { arn: 'anonymous', kind: 'role', accountId: 'anonymous' };
      return credentials.find(accessKeyId) ?? root;
    },

    service: (name) => ({ arn: name, kind: 'service', service: name, accountId }),

    role: (roleArn) => ({ arn: roleArn, kind: 'role', roleArn, accountId }),

    authorize(principal: SessionPrincipal, action, resource, context = {}, resourcePolicies) {
      const role = principal.roleArn === undefined ? undefined : roles.find(principal.roleArn);
      const rule = ruleOf(action, resourcePolicies !== undefined);
      const attached = resourcePolicies ?? (rule === 'trust' ? trustOf(resource) : []);
      const policies = principal.kind === 'root' && mendsPolicy(action) ? [] : attached;
      const defaults = defaultContext({ principal, role, region, accountId, partition, now: clock.now() });
      const verdict = evaluate({
        principal,
        action,
        resource,
        keys: requestKeys({ ...defaults, ...context }, (key) => isSimulated(key, action)),
        identity: role === undefined ? [] : roles.policiesOf(role),
        resourcePolicies: policies.map(compile),
        session: principal.sessionPolicies?.map(compile),
        boundary: role === undefined ? undefined : roles.boundaryOf(role),
        rule,
      });
      if (verdict.allowed) return;
      const refusal = { principal: principal.arn, action, resource };
      const { functionName } = principal;
      events.emit('refusal', functionName === undefined ? refusal : { ...refusal, functionName });
      throw accessDenied(refusal, verdict);
    },
  };

  /** Tells once of each key that a policy asks for in vain. */
  function isSimulated(key: string, action: string): boolean {
    if (isSimulatedKey(key, action)) return true;
    const name = key.toLowerCase();
    if (!unsimulated.has(name)) {
      events.emit('notice', {
        message: `condition key '${key}' is not simulated: an Allow with it grants nothing, a Deny with it holds`,
      });
    }
    unsimulated.add(name);
    return false;
  }

  function trustOf(roleArn: string) {
    const role = roles.find(roleArn);
    return role === undefined ? [] : [role.trustPolicy];
  }

  return {
    ...identity,
    name: 'sts',
    forward: (principal) => {
      const { environmentId: _process, ...caller } = principal;
      return credentials.create(caller, FORWARDED_SECONDS);
    },
    http: createStsApi({ identity, roles, credentials, accountId, root }),
    resources: iamResources(roles, iamArn, () => clock.now()),
    iam: createIam({ roles, iamArn, now: () => clock.now(), uuid: options.uuid }),
  };
}

/**
 * What the account's root may do whatever the policy of the resource says, so that no policy locks everybody out (S3 User
 * Guide, "Bucket policies"; IAM User Guide, "Privileged tasks").
 */
const MENDING_ACTIONS: ReadonlySet<string> = new Set(
  [
    's3:GetBucketPolicy',
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    'sqs:GetQueueAttributes',
    'sqs:SetQueueAttributes',
    'sqs:RemovePermission',
    'secretsmanager:GetResourcePolicy',
    'secretsmanager:PutResourcePolicy',
    'secretsmanager:DeleteResourcePolicy',
    'lambda:GetPolicy',
    'lambda:RemovePermission',
    'dynamodb:GetResourcePolicy',
    'dynamodb:PutResourcePolicy',
    'dynamodb:DeleteResourcePolicy',
  ].map((action) => action.toLowerCase()),
);

function mendsPolicy(action: string): boolean {
  return MENDING_ACTIONS.has(action.toLowerCase());
}

/** What the trust policy of a role decides. */
const TRUSTED_ACTIONS: ReadonlySet<string> = new Set(['sts:assumerole', 'sts:tagsession', 'sts:setsourceidentity']);

/** Without a key policy at hand, a key counts as one that leaves the decision to the account. */
function ruleOf(action: string, hasResourcePolicies: boolean): Question['rule'] {
  if (TRUSTED_ACTIONS.has(action.toLowerCase())) return 'trust';
  return action.toLowerCase().startsWith('kms:') && hasResourcePolicies ? 'delegated' : 'either';
}
