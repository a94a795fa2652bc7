import { Stack, Token } from 'aws-cdk-lib';
import { type IGrantable, type IRole, Policy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';

const ID = 'RingbackPolicy';

/**
 * Who is granted what concerns a scope: the role, or where that stands in another stack, a policy within the scope that is
 * attached to it. The default policy of such a role would name resources of this stack, which itself needs the role, and
 * neither stack could be deployed first.
 */
export function roleWithin(scope: Construct, role: IRole): IGrantable & IConstruct {
  if (Stack.of(role) === Stack.of(scope) || isOfAnotherAccount(scope, role)) return role;
  return (scope.node.tryFindChild(ID) as Policy | undefined) ?? attachedPolicy(scope, ID, role);
}

/** A policy of a role. By the role's own door: one that cannot be changed takes none, which `roles` of a Policy overlooks. */
export function attachedPolicy(scope: Construct, id: string, role: IRole, statements: PolicyStatement[] = []): Policy {
  const policy = new Policy(scope, id, { statements });
  role.attachInlinePolicy(policy);
  return policy;
}

/** Whether a stack cannot change a role, since that is of another account. */
export function isOfAnotherAccount(scope: Construct, role: IRole): boolean {
  const { account } = Stack.of(scope);
  const other = role.env.account;
  return !Token.isUnresolved(account) && !Token.isUnresolved(other) && account !== other;
}

/** The same for whoever is granted something: of a function, its role within it. */
export function granteeWithin(grantee: IGrantable): IGrantable {
  if (!(grantee instanceof LambdaFunction) || grantee.role === undefined) return grantee;
  const within = roleWithin(grantee, grantee.role);
  // Lambda looks at permissions when it makes what invokes a function, which waits for the function alone.
  if (within instanceof Policy) grantee.node.defaultChild?.node.addDependency(within);
  return within === grantee.role ? grantee : within;
}
