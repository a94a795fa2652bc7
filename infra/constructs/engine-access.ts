import { Stack, Token } from 'aws-cdk-lib';
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

/**
 * @throws Error for accounts that are none, for a list that is known only when all is deployed, since each ARN is made of
 *   one of its entries, and for a name that no role has: the ARN made of it would allow nothing
 */
export function checkAccess(where: string, access: EngineAccessProps): void {
  const { sourceAccounts, organizationId, launchRoleNames: names } = access;
  for (const name of ['sourceAccounts', 'launchRoleNames'] as const) {
    if (!Token.isUnresolved(access[name])) continue;
    throw new Error(
      `the ${name} of ${where} are a list that is known only when all is deployed: give a list of entries, each of which may be a token, such as [Fn.select(0, list)]`,
    );
  }
  if (sourceAccounts?.length === 0 && organizationId === undefined) {
    throw new Error(
      `the sourceAccounts of ${where} are none, and without them or an organizationId every account could provision: name some, or leave them out for this account alone`,
    );
  }
  if (names === undefined) return;
  if (names.length === 0) throw new Error(`the launchRoleNames of ${where} are none: name one, such as 'SCLaunch*'`);
  const wrong = names.find((name) => !Token.isUnresolved(name) && !/^[\w+=,.@*?/-]+$/.test(name));
  if (wrong === undefined) return;
  throw new Error(
    `the launchRoleNames of ${where} hold ${JSON.stringify(wrong)}, which no role is called: give names and no ARNs, such as 'SCLaunch*'`,
  );
}

/** The ARNs of the launch roles, with patterns where names or accounts are not known. */
export function launchRoleArns(scope: IConstruct, access: EngineAccessProps): readonly string[] {
  const { partition } = Stack.of(scope);
  const accounts = sourceAccountsOf(scope, access);
  return (accounts.length > 0 ? accounts : ['*']).flatMap((account) =>
    (access.launchRoleNames ?? ['SCLaunch*']).map((name) => `arn:${partition}:iam::${account}:role/${name}`),
  );
}
