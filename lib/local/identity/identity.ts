import type { Clock } from '../kernel/clock.ts';
import type { EventStream } from '../kernel/events.ts';
import type { Identity, Principal } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import { createCredentialStore, type SessionPrincipal } from './credential-store.ts';
import { defaultContext } from './default-context.ts';
import { requestKeys } from './policy/condition.ts';
import { evaluate, type Question } from './policy/evaluate.ts';
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

const DEFAULT_DURATION_SECONDS = 3_600;

/** Creates IAM and STS of one local cloud: its roles, the credentials it hands out, and every decision on a call. */
export function createIdentity(options: IdentityOptions): Identity & LocalService {
  const { accountId, partition, region, clock, events } = options;
  const iamArn = `arn:${partition}:iam::${accountId}`;
  const compile = createPolicyCompiler(events);
  const roles = createRoleStore(compile, events);
  const credentials = createCredentialStore(clock, options.uuid);
  const root: Principal = { arn: `${iamArn}:root`, kind: 'root', accountId };

  const identity: Identity = {
    issue(roleArn, { durationSeconds = DEFAULT_DURATION_SECONDS, sessionName, ...rest }) {
      const { name } = roles.get(roleArn);
      const principal: SessionPrincipal = {
        arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`,
        kind: 'role',
        roleArn,
        accountId,
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
      const policies = resourcePolicies ?? (rule === 'trust' ? trustOf(resource) : []);
      const defaults = defaultContext({ principal, roleId: role?.roleId, region, accountId, now: clock.now() });
      const verdict = evaluate({
        principal,
        action,
        resource,
        keys: requestKeys({ ...defaults, ...context }),
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

  function trustOf(roleArn: string) {
    const role = roles.find(roleArn);
    return role === undefined ? [] : [role.trustPolicy];
  }

  return {
    ...identity,
    name: 'sts',
    http: createStsApi({ identity, roles, credentials, accountId, root }),
    resources: iamResources(roles, iamArn),
  };
}

/** Without a key policy at hand, a key counts as one that leaves the decision to the account. */
function ruleOf(action: string, hasResourcePolicies: boolean): Question['rule'] {
  if (action.toLowerCase() === 'sts:assumerole') return 'trust';
  return action.toLowerCase().startsWith('kms:') && hasResourcePolicies ? 'delegated' : 'either';
}
