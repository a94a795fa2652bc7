import type { Template } from 'aws-cdk-lib/assertions';

/** One allowed set of actions in a template, with what it hangs on. */
export interface AllowedStatement {
  readonly policy: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  /** The statement's conditions; undefined where it has none. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

const list = <Value>(value: Value | Value[] | undefined): Value[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

/** Every statement that allows something, over all identity policies of a template. */
export function allowedStatements(template: Template): AllowedStatement[] {
  const documents = [
    ...Object.entries(template.findResources('AWS::IAM::Policy')).map(([id, { Properties }]) => [
      id,
      Properties.PolicyDocument,
    ]),
    ...Object.entries(template.findResources('AWS::IAM::Role')).flatMap(([id, { Properties }]) =>
      list(Properties.Policies).map((policy) => [id, policy.PolicyDocument]),
    ),
  ];
  return documents.flatMap(([policy, document]) =>
    list(document.Statement)
      .filter((statement) => statement.Effect === 'Allow')
      .map((statement) => ({
        policy,
        actions: list(statement.Action),
        resources: list(statement.Resource),
        ...(statement.Condition === undefined ? {} : { conditions: statement.Condition }),
      })),
  );
}

/** The actions that a template's policies of this name allow, with the resources. */
export function allowedBy(template: Template, policy: string): AllowedStatement[] {
  return allowedStatements(template).filter((statement) => statement.policy.startsWith(policy));
}
