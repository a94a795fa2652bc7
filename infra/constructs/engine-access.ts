import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Who may use an engine, and which roles it may become. */
export interface EngineAccessProps {
  /**
   * Accounts whose users provision: Service Catalog may bring their operations, and no others'.
   * @default - this account, unless there is an organization
   */
  readonly sourceAccounts?: readonly string[];
  /**
   * The organization (`o-...`) whose accounts provision. Lambda knows no such condition, so the parser can then be
   * asked on behalf of any account.
   * @default none
   */
  readonly organizationId?: string;
  /**
   * Names of launch roles that engine and parser may assume; `*` stands for anything.
   * @default ['SCLaunch*']
   */
  readonly launchRoleNames?: readonly string[];
}

/** The accounts that are named; none where an organization stands for them. */
export function sourceAccountsOf(
  scope: IConstruct,
  { sourceAccounts, organizationId }: EngineAccessProps,
): readonly string[] {
  return sourceAccounts ?? (organizationId === undefined ? [Stack.of(scope).account] : []);
}

/** Lets Service Catalog do something on behalf of the accounts that may use the engine. */
export function serviceStatement(
  scope: IConstruct,
  access: EngineAccessProps,
  actions: readonly string[],
  resources: readonly string[],
): PolicyStatement {
  const accounts = sourceAccountsOf(scope, access);
  return new PolicyStatement({
    principals: [new ServicePrincipal('servicecatalog.amazonaws.com')],
    actions: [...actions],
    resources: [...resources],
    conditions: {
      StringEquals: {
        ...(accounts.length > 0 ? { 'aws:SourceAccount': accounts.length === 1 ? accounts[0] : accounts } : {}),
        ...(access.organizationId === undefined ? {} : { 'aws:SourceOrgID': access.organizationId }),
      },
    },
  });
}

/** The ARNs of the launch roles, with patterns where names or accounts are not known. */
export function launchRoleArns(scope: IConstruct, access: EngineAccessProps): readonly string[] {
  const { partition } = Stack.of(scope);
  const accounts = sourceAccountsOf(scope, access);
  return (accounts.length > 0 ? accounts : ['*']).flatMap((account) =>
    (access.launchRoleNames ?? ['SCLaunch*']).map((name) => `arn:${partition}:iam::${account}:role/${name}`),
  );
}
