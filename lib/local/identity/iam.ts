import type { LocalService } from '../kernel/service.ts';
import { createQueryApi } from '../wire/query-api.ts';
import type { IamParts } from './iam-parts.ts';
import { managedPolicyActions } from './managed-policy-actions.ts';
import { roleActions } from './role-actions.ts';
import { rolePolicyActions } from './role-policy-actions.ts';

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
