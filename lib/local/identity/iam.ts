import type { LocalService } from '../kernel/service.ts';
import { createQueryApi } from '../wire/query-api.ts';
import { managedPolicyActions } from './managed-policy-actions.ts';
import { roleActions } from './role-actions.ts';
import { rolePolicyActions } from './role-policy-actions.ts';
import type { RoleStore } from './role-store.ts';

/** What the operations of IAM share. */
export interface IamParts {
  readonly roles: RoleStore;
  /** `arn:PARTITION:iam::ACCOUNT` */
  readonly iamArn: string;
  /** Simulated milliseconds since the epoch. */
  readonly now: () => number;
  readonly uuid: () => string;
}

/** Creates the API of IAM (query protocol): roles, their inline policies, and managed policies. */
export function createIam(parts: IamParts): LocalService {
  return {
    name: 'iam',
    http: createQueryApi({
      title: 'IAM',
      signingNames: ['iam'],
      namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
      actions: { ...roleActions(parts), ...rolePolicyActions(parts), ...managedPolicyActions(parts) },
    }),
  };
}
