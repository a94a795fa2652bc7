import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestKeys } from '../../../../lib/local/identity/policy/condition.ts';
import { evaluate } from '../../../../lib/local/identity/policy/evaluate.ts';
import { compilePolicy } from '../../../../lib/local/identity/policy/policy.ts';
import type { PolicyDocument } from '../../../../lib/local/kernel/kernel.ts';
import { ACCOUNT_ID, ROOT_ARN } from './account.ts';

const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/r`;
const SESSION_ARN = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/r/s`;
const ACTION = 's3:GetObject';
const RESOURCE = 'arn:aws:s3:::bucket/key';

interface Scene {
  readonly identity?: readonly unknown[];
  readonly resource?: readonly unknown[];
  readonly session?: readonly unknown[] | undefined;
  readonly rule?: 'either' | 'delegated' | 'trust';
}

function decide({ identity = [], resource = [], session, rule = 'either' }: Scene) {
  const compile = (statements: readonly unknown[]) =>
    compilePolicy({ Version: '2012-10-17', Statement: statements } as PolicyDocument);
  return evaluate({
    principal: { arn: SESSION_ARN, kind: 'role', roleArn: ROLE_ARN, accountId: ACCOUNT_ID },
    action: ACTION,
    resource: RESOURCE,
    keys: requestKeys({ 'aws:PrincipalArn': ROLE_ARN }),
    identity: [compile(identity)],
    resourcePolicies: [compile(resource)],
    session: session && [compile(session)],
    boundary: undefined,
    rule,
  });
}

const conditions = fc.constantFrom(
  undefined,
  { StringEquals: { 'aws:PrincipalArn': ROLE_ARN } },
  { StringLike: { 'aws:PrincipalArn': 'nobody*' } },
  { StringSounds: { 'aws:PrincipalArn': 'x' } },
);
const identityStatements = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: fc.constantFrom('s3:*', 's3:GetObject', 's3:Put*', '*', ['sqs:*', 's3:Get*']),
  Resource: fc.constantFrom('*', RESOURCE, 'arn:aws:s3:::other/*', 'arn:aws:s3:::*'),
  Condition: conditions,
});
const resourceStatements = fc
  .tuple(
    identityStatements,
    fc.constantFrom<unknown>(
      '*',
      { AWS: ROLE_ARN },
      { AWS: ROOT_ARN },
      { AWS: SESSION_ARN },
      { Service: 's3.amazonaws.com' },
    ),
  )
  .map(([statement, Principal]) => ({ ...statement, Principal }));
const scenes = fc.record({
  identity: fc.array(identityStatements, { maxLength: 4 }),
  resource: fc.array(resourceStatements, { maxLength: 4 }),
  session: fc.option(fc.array(identityStatements, { maxLength: 3 }), { nil: undefined }),
  rule: fc.constantFrom('either' as const, 'delegated' as const),
});

describe('evaluate', () => {
  it('refuses whatever a matching Deny says, wherever it stands', () => {
    const denyAll = { Effect: 'Deny', Action: '*', Resource: '*' };
    fc.assert(
      fc.property(
        scenes,
        fc.constantFrom('identity' as const, 'resource' as const, 'session' as const),
        (scene, place) => {
          const added = place === 'resource' ? { ...denyAll, Principal: '*' } : denyAll;
          expect(decide({ ...scene, [place]: [...(scene[place] ?? []), added] })).toMatchObject({
            allowed: false,
            explicit: true,
          });
        },
      ),
    );
  });

  it('decides the same in whatever order the statements stand', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const reversed = {
          ...scene,
          identity: scene.identity.toReversed(),
          resource: scene.resource.toReversed(),
          session: scene.session?.toReversed(),
        };
        expect(decide(reversed)).toEqual(decide(scene));
      }),
    );
  });

  it('never allows more for one more Deny, nor less for one more Allow', () => {
    fc.assert(
      fc.property(scenes, identityStatements, (scene, statement) => {
        const before = decide(scene).allowed;
        const after = decide({ ...scene, identity: [...scene.identity, statement] }).allowed;
        expect(statement.Effect === 'Allow' ? after || !before : !after || before).toBe(true);
      }),
    );
  });

  it('allows nothing where nothing is said', () => {
    expect(decide({})).toEqual({ allowed: false, explicit: false, kind: 'identity' });
  });

  const grant = { Effect: 'Allow', Action: ACTION, Resource: RESOURCE };
  const unknown = { Condition: { StringSounds: { 'aws:PrincipalArn': 'x' } } };

  it.each<[string, Scene, unknown]>([
    ['an identity policy allows', { identity: [grant] }, { allowed: true }],
    ['the resource names the role', { resource: [{ ...grant, Principal: { AWS: ROLE_ARN } }] }, { allowed: true }],
    ['the resource names everybody', { resource: [{ ...grant, Principal: '*' }] }, { allowed: true }],
    [
      'the resource names the account only',
      { resource: [{ ...grant, Principal: { AWS: ROOT_ARN } }] },
      { allowed: false, explicit: false, kind: 'identity' },
    ],
    [
      'the resource names another role',
      { resource: [{ ...grant, Principal: { AWS: `${ROLE_ARN}x` } }] },
      { allowed: false, explicit: false, kind: 'identity' },
    ],
    [
      'a session policy leaves it out',
      { identity: [grant], session: [] },
      { allowed: false, explicit: false, kind: 'session' },
    ],
    ['a session policy repeats it', { identity: [grant], session: [grant] }, { allowed: true }],
    ['a session policy alone allows', { session: [grant] }, { allowed: false, explicit: false, kind: 'identity' }],
    [
      'the resource names the session itself',
      { resource: [{ ...grant, Principal: { AWS: SESSION_ARN } }], session: [] },
      { allowed: true },
    ],
    [
      'a key policy does not leave it to the account',
      { identity: [grant], rule: 'delegated' },
      { allowed: false, explicit: false, kind: 'resource' },
    ],
    [
      'a key policy leaves it to the account',
      { identity: [grant], resource: [{ ...grant, Principal: { AWS: ROOT_ARN } }], rule: 'delegated' },
      { allowed: true },
    ],
    [
      'a key policy names the role',
      { resource: [{ ...grant, Principal: { AWS: ROLE_ARN } }], rule: 'delegated' },
      { allowed: true },
    ],
    [
      'NotAction leaves the action out',
      { identity: [{ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }] },
      { allowed: false, explicit: false, kind: 'identity' },
    ],
    [
      'NotAction covers the action',
      { identity: [{ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }] },
      { allowed: true },
    ],
    [
      'NotResource leaves the resource out',
      { identity: [{ Effect: 'Allow', Action: '*', NotResource: RESOURCE }] },
      { allowed: false, explicit: false, kind: 'identity' },
    ],
    [
      'a Deny spares the role by NotPrincipal',
      { identity: [grant], resource: [{ ...grant, Effect: 'Deny', NotPrincipal: { AWS: [ROLE_ARN, ROOT_ARN] } }] },
      { allowed: true },
    ],
    [
      'a Deny spares another by NotPrincipal',
      { identity: [grant], resource: [{ ...grant, Effect: 'Deny', NotPrincipal: { AWS: `${ROLE_ARN}x` } }] },
      { allowed: false, explicit: true, kind: 'resource' },
    ],
    [
      'an Allow has an unknown operator',
      { identity: [{ ...grant, ...unknown }] },
      { allowed: false, explicit: false, kind: 'identity' },
    ],
    [
      'a Deny has an unknown operator',
      { identity: [grant, { ...grant, ...unknown, Effect: 'Deny' }] },
      { allowed: false, explicit: true, kind: 'identity' },
    ],
    [
      'an Allow of the role names no resource',
      { identity: [{ Effect: 'Allow', Action: '*' }] },
      { allowed: false, explicit: false, kind: 'identity' },
    ],
    ['the action is written in other case', { identity: [{ ...grant, Action: 'S3:getobject' }] }, { allowed: true }],
    [
      'the resource is written in other case',
      { identity: [{ ...grant, Resource: RESOURCE.toUpperCase() }] },
      { allowed: false, explicit: false, kind: 'identity' },
    ],
  ])('decides when %s', (_name, scene, verdict) => {
    expect(decide(scene)).toEqual(verdict);
  });
});
