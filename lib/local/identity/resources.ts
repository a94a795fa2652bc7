import type { PolicyDocument } from '../kernel/kernel.ts';
import type { ResourceDeclaration, ResourceProvider } from '../kernel/service.ts';
import { newManagedPolicy } from './managed-policy.ts';
import { physicalName, stableSuffix } from './physical-name.ts';
import type { RoleStore } from './role-store.ts';

/** The session length that a role allows unless its template says otherwise, in seconds. */
const DEFAULT_MAX_SESSION_SECONDS = 3_600;

/** Creates the providers of the CloudFormation types of IAM. `iamArn` is `arn:PARTITION:iam::ACCOUNT`; `now` gives simulated milliseconds. */
export function iamResources(
  roles: RoleStore,
  iamArn: string,
  now: () => number,
): Readonly<Record<string, ResourceProvider>> {
  return {
    'AWS::IAM::Role': (declaration) => {
      const { properties } = declaration;
      const name: string = properties.RoleName ?? physicalName(declaration.stackName, declaration.logicalId);
      const arn = `${iamArn}:role${pathOf(properties.Path)}${name}`;
      const roleId = `AROA${stableSuffix(arn, 17)}`;
      roles.add({
        name,
        arn,
        roleId,
        trustPolicy: properties.AssumeRolePolicyDocument,
        maxSessionSeconds: Number(properties.MaxSessionDuration ?? DEFAULT_MAX_SESSION_SECONDS),
        createdAt: now(),
        ...(properties.Description === undefined ? {} : { description: properties.Description }),
        tags: tagRecord(properties.Tags),
        ...(properties.PermissionsBoundary === undefined ? {} : { boundaryArn: properties.PermissionsBoundary }),
      });
      for (const policy of properties.Policies ?? []) roles.putInline(name, policy.PolicyName, policy.PolicyDocument);
      for (const policyArn of properties.ManagedPolicyArns ?? []) roles.attach(name, policyArn);
      return { ref: name, attributes: { Arn: arn, RoleId: roleId } };
    },

    'AWS::IAM::Policy': (declaration) => {
      const id = physicalName(declaration.stackName, declaration.logicalId);
      keepInRoles(declaration, declaration.properties.Roles ?? []);
      return { ref: id, attributes: { Id: id } };
    },

    'AWS::IAM::RolePolicy': (declaration) => {
      keepInRoles(declaration, [declaration.properties.RoleName]);
      return { ref: declaration.properties.PolicyName };
    },

    'AWS::IAM::ManagedPolicy': (declaration) => {
      const { properties } = declaration;
      const name: string = properties.ManagedPolicyName ?? physicalName(declaration.stackName, declaration.logicalId);
      const arn = `${iamArn}:policy${pathOf(properties.Path)}${name}`;
      const policyId = `ANPA${stableSuffix(arn, 17)}`;
      const { PolicyDocument: document, Description: description } = properties;
      roles.putManaged(newManagedPolicy({ arn, policyId, document, description, now: now() }));
      for (const roleName of properties.Roles ?? []) roles.attach(roleName, arn);
      return { ref: arn, attributes: { PolicyArn: arn, PolicyId: policyId, DefaultVersionId: 'v1' } };
    },
  };

  function keepInRoles({ properties }: ResourceDeclaration, roleNames: readonly string[]): void {
    const document: PolicyDocument = properties.PolicyDocument;
    for (const roleName of roleNames) roles.putInline(roleName, properties.PolicyName, document);
  }
}

/** Tags by key. */
function tagRecord(tags: readonly { readonly Key: string; readonly Value: string }[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** A path begins and ends with a slash. */
function pathOf(path: string | undefined): string {
  return path ?? '/';
}
