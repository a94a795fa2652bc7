import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag that is meant, and why. */
export interface Acknowledgement {
  /** The rule, with the finding in brackets. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Answers cdk-nag for a finding below a scope. Tokens in the id are shown as cdk-nag shows them: where an account is not
 * named yet, `<AWS::AccountId>` stands for it. Older releases of the CDK have no way to acknowledge, or take no id with a
 * resource in it: there, and there alone, the finding stays, and nothing is deployed otherwise.
 */
export function acknowledge(scope: IConstruct, finding: Acknowledgement): void {
  const { Validations }: { readonly Validations?: typeof cdk.Validations } = cdk;
  try {
    Validations?.of(scope).acknowledge({ ...finding, id: flat(cdk.Stack.of(scope).resolve(finding.id)) });
  } catch (error) {
    if (!String((error as Error).message).includes('Invalid validation rule ID')) throw error;
  }
}

/** Answers cdk-nag for a pattern among the resources of a policy below a scope. */
export function acknowledgeResource(scope: IConstruct, resource: string, reason: string): void {
  acknowledge(scope, { id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/** What CloudFormation resolves later, as one text: `<Name>` for a Ref, `<Name.Arn>` for an attribute. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value.replaceAll('${', '<').replaceAll('}', '>');
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof Ref === 'string') return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.map(flat).join('.')}>`;
  if (Array.isArray(join)) return (join[1] as readonly unknown[]).map(flat).join(String(join[0]));
  return JSON.stringify(value);
}
