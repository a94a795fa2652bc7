import { Stack } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeResource } from './acknowledge.ts';
import { type EngineAccessProps, launchRoleArns } from './engine-access.ts';
import { ENGINE_ROLE_PATH } from './engine-names.ts';

/** A role of an engine's function or build, under a name that launch roles trust. */
export function engineRole(scope: Construct, id: string, name: string, principal = 'lambda.amazonaws.com'): Role {
  return new Role(scope, id, {
    roleName: `${name}-${Stack.of(scope).region}`,
    path: ENGINE_ROLE_PATH,
    assumedBy: new ServicePrincipal(principal),
  });
}

/** Lets roles assume the launch roles. */
export function grantLaunchRoles(scope: Construct, id: string, roles: IRole[], access: EngineAccessProps): void {
  const arns = launchRoleArns(scope, access);
  const policy = new Policy(scope, id, {
    roles,
    statements: [
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: [...arns],
        ...(access.organizationId === undefined
          ? {}
          : { conditions: { StringEquals: { 'aws:ResourceOrgID': access.organizationId } } }),
      }),
    ],
  });
  acknowledgeArns(
    policy,
    arns,
    'Products bring launch roles of their own; both sides confine them, by name here and by trust there.',
  );
}

/** Lets a parser read artifacts by itself, for the administrator's view of a product, which has no launch role. */
export function grantArtifacts(scope: Construct, id: string, role: IRole): void {
  const objects = `arn:${Stack.of(scope).partition}:s3:::sc-*/*`;
  const policy = new Policy(scope, id, {
    roles: [role],
    statements: [
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [objects],
        conditions: { StringEquals: { 's3:ExistingObjectTag/servicecatalog:provisioning': 'true' } },
      }),
    ],
  });
  acknowledgeArns(
    policy,
    [objects],
    "Artifacts lie in Service Catalog's own buckets, sc-...; the tag confines it to them.",
  );
}

/** Answers cdk-nag for those of a policy's resources that are patterns. */
function acknowledgeArns(policy: Policy, resources: readonly string[], reason: string): void {
  for (const resource of resources.filter((one) => one.includes('*'))) acknowledgeResource(policy, resource, reason);
}
