import { createIdentity } from '../../../../lib/local/identity/identity.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { type CloudEvents, createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { CreatedResource } from '../../../../lib/local/kernel/service.ts';

export const ACCOUNT_ID = '123456789012';
export const ROOT_ARN = `arn:aws:iam::${ACCOUNT_ID}:root`;

/** A policy of the current language version. */
export function policy(...Statement: unknown[]) {
  return { Version: '2012-10-17', Statement };
}

/** A statement that allows, to be changed by overrides. */
export function allow(overrides: Record<string, unknown> = {}) {
  return { Effect: 'Allow', Action: '*', Resource: '*', ...overrides };
}

/** A statement that denies, to be changed by overrides. */
export function deny(overrides: Record<string, unknown> = {}) {
  return { ...allow(overrides), Effect: 'Deny' };
}

/** The trust policy of roles of which nobody asks who may assume them. */
export const TRUST = policy({
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
});

/** An account whose clock stands still until the test moves it. */
export function createAccount() {
  let now = Date.UTC(2026, 0, 1);
  const clock = createClock({ realNow: () => now });
  const events = createEventStream();
  const refusals: CloudEvents['refusal'][] = [];
  const notices: string[] = [];
  events.on('refusal', (refusal) => refusals.push(refusal));
  events.on('notice', ({ message }) => notices.push(message));
  let ids = 0;
  const identity = createIdentity({
    accountId: ACCOUNT_ID,
    partition: 'aws',
    region: 'eu-west-1',
    clock,
    events,
    uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
  });

  /** Creates a resource as a template of the stack `Shop` declares it. */
  function create(type: string, logicalId: string, properties: Record<string, unknown>): CreatedResource {
    const provider = identity.resources?.[type];
    if (provider === undefined) throw new Error(`no provider of ${type}`);
    const declaration = { type, logicalId, stackName: 'Shop', assemblyDir: '', properties };
    return provider(declaration) as CreatedResource;
  }

  /** Creates a role whose inline policy has the given statements, and gives its ARN. */
  function role(statements: readonly unknown[], properties: Record<string, unknown> = {}): string {
    const created = create('AWS::IAM::Role', 'Role', {
      AssumeRolePolicyDocument: TRUST,
      Policies: statements.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: policy(...statements) }],
      ...properties,
    });
    return String(created.attributes?.Arn);
  }

  return {
    identity,
    events,
    refusals,
    notices,
    create,
    role,
    passSeconds(seconds: number) {
      now += seconds * 1000;
    },
  };
}
