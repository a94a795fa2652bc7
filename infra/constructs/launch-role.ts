import { Stack } from 'aws-cdk-lib';
import {
  ArnPrincipal,
  CompositePrincipal,
  Policy,
  PolicyStatement,
  PrincipalWithConditions,
  Role,
  type RoleProps,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { requireProperties } from './check-function.ts';
import { account, checkProperties, choice } from './check-properties.ts';
import { ENGINE_ROLE_PATH, type EngineProductType, engineNames, engineProductTypes } from './engine-names.ts';

/** Properties of {@link LaunchRole}. */
export interface LaunchRoleProps extends Omit<RoleProps, 'assumedBy' | 'externalIds' | 'maxSessionDuration'> {
  /**
   * The same in the engine's account and in every account that provisions: launch constraints name it by
   * `LocalRoleName`. Engines of Ringback may assume names that begin with `SCLaunch` unless told otherwise.
   */
  readonly roleName: string;
  /** The account that the engine runs in. @default - this account */
  readonly engineAccount?: string;
  /** @default 'EXTERNAL' */
  readonly productType?: EngineProductType;
}

/**
 * What an account needs so that products can be provisioned in it: a role that the engine and its parser may assume,
 * and Service Catalog itself, which groups and tags the resources. Add the permissions for the resources themselves.
 *
 * See https://docs.aws.amazon.com/servicecatalog/latest/adminguide/getstarted-launchrole-Terraform.html
 */
export class LaunchRole extends Role {
  /** @throws Error when the role has no name, or a property is of another kind */
  constructor(scope: Construct, id: string, props: LaunchRoleProps) {
    const where = `${scope.node.path}/${id}`;
    requireProperties(where, props, { roleName: "'SCLaunch-Buckets'" });
    checkProperties(where, props, {
      engineAccount: account,
      productType: choice(...engineProductTypes),
    });
    const { engineAccount = Stack.of(scope).account, productType = 'EXTERNAL', ...role } = props;
    const { partition } = Stack.of(scope);
    const { engineRole, parserRole } = engineNames(productType);
    const rolesOfEngine = [engineRole, parserRole].map(
      (name) => `arn:${partition}:iam::${engineAccount}:role${ENGINE_ROLE_PATH}${name}*`,
    );
    super(scope, id, {
      description: 'Provisions products of Service Catalog',
      ...role,
      assumedBy: new CompositePrincipal(
        new ServicePrincipal('servicecatalog.amazonaws.com'),
        new PrincipalWithConditions(new ArnPrincipal(`arn:${partition}:iam::${engineAccount}:root`), {
          ArnLike: { 'aws:PrincipalArn': rolesOfEngine },
        }),
      ),
    });
    const reading = new Policy(this, 'ArtifactPolicy', {
      roles: [this],
      statements: [
        new PolicyStatement({
          actions: ['s3:GetObject'],
          resources: ['*'],
          conditions: { StringEquals: { 's3:ExistingObjectTag/servicecatalog:provisioning': 'true' } },
        }),
      ],
    });
    acknowledge(reading, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: "Artifacts lie in Service Catalog's own buckets, whose names are not known; the tag confines it to them.",
    });
    const grouping = new Policy(this, 'GroupPolicy', {
      roles: [this],
      statements: [
        new PolicyStatement({
          actions: [
            'resource-groups:CreateGroup',
            'resource-groups:DeleteGroup',
            'resource-groups:ListGroupResources',
            'resource-groups:Tag',
            'tag:GetResources',
            'tag:GetTagKeys',
            'tag:GetTagValues',
            'tag:TagResources',
            'tag:UntagResources',
          ],
          resources: ['*'],
        }),
      ],
    });
    acknowledge(grouping, {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Service Catalog groups what a product makes, under names of its own; the tagging API has no resources.',
    });
  }
}
