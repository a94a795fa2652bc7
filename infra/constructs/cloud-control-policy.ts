import { Stack } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeResource } from './acknowledge.ts';
import { AnyResourcePolicy } from './any-resource-policy.ts';
import { requireProperties } from './check-function.ts';
import { checkProperties, role as roleKind } from './check-properties.ts';

/** Properties of {@link CloudControlPolicy}. */
export interface CloudControlPolicyProps {
  /** Who makes the requests: a function's role, or a launch role. */
  readonly role: IRole;
}

const ON_RESOURCES = [
  'CancelResourceRequest',
  'CreateResource',
  'DeleteResource',
  'GetResource',
  'GetResourceRequestStatus',
  'ListResourceRequests',
  'ListResources',
  'UpdateResource',
].map((operation) => `cloudformation:${operation}`);

/**
 * Allows a role to make requests of Cloud Control and to follow them, to ask for the schemas of types, and for what hooks
 * found. Which types it may make is said by the permissions of their own services, which the role needs, too.
 */
export class CloudControlPolicy extends Policy {
  /** @throws Error when there is no role */
  constructor(scope: Construct, id: string, props: CloudControlPolicyProps) {
    const where = `${scope.node.path}/${id}`;
    requireProperties(where, props, { role: 'fn.role' });
    checkProperties(where, props, { role: roleKind });
    const { role } = props;
    const { partition, region, account } = Stack.of(scope);
    const resources = `arn:${partition}:cloudformation:${region}:${account}:resource/*`;
    const types = `arn:${partition}:cloudformation:${region}::type/resource/*`;
    super(scope, id, {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ON_RESOURCES, resources: [resources] }),
        new PolicyStatement({ actions: ['cloudformation:DescribeType'], resources: [types] }),
      ],
    });
    acknowledgeResource(
      this,
      resources,
      'Requests have no names; the permissions of each service confine what may be made.',
    );
    acknowledgeResource(this, types, 'Schemas of types are public.');
    new AnyResourcePolicy(this, 'HookResults', {
      role,
      actions: ['cloudformation:GetHookResult', 'cloudformation:ListHookResults'],
      reason: 'Results of hooks have no resource level: naming a resource would deny them.',
    });
  }
}
