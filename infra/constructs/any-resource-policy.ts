import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Properties of {@link AnyResourcePolicy}. */
export interface AnyResourcePolicyProps {
  readonly role: IRole;
  readonly actions: readonly string[];
  /** Why no resource can be named. */
  readonly reason: string;
}

/**
 * Allows actions on `"*"`, for actions that AWS gives no resource level. A policy of its own, so that the
 * acknowledgement of cdk-nag's finding covers these actions and nothing else that the role may do.
 */
export class AnyResourcePolicy extends Policy {
  constructor(scope: Construct, id: string, { role, actions, reason }: AnyResourcePolicyProps) {
    super(scope, id, {
      statements: [new PolicyStatement({ actions: [...actions], resources: ['*'] })],
    });
    // By the role's own door: one that cannot be changed takes none.
    role.attachInlinePolicy(this);
    acknowledge(this, { id: 'AwsSolutions-IAM5[Resource::*]', reason });
  }
}
