import type { RequestContext } from '../kernel/service.ts';
import type { QueryAction } from '../wire/query-api.ts';
import type { QueryStructure } from '../wire/query-input.ts';
import { noSuchEntity, validationError } from './iam-errors.ts';
import { documentOf, encodeDocument, nameOf, pageOf, textOf } from './iam-input.ts';
import type { IamParts } from './iam-parts.ts';

const LONGEST_NAME = 128;

/** The operations on the policies of a role: those in it, and those attached to it. */
export function rolePolicyActions({ roles, iamArn }: IamParts): Record<string, QueryAction> {
  function roleName(input: QueryStructure, action: string, request: RequestContext, policyArn?: string): string {
    const name = textOf(input, 'RoleName');
    const known = roles.list().find((role) => role.name === name);
    request.authorize(`iam:${action}`, known?.arn ?? `${iamArn}:role/${name}`, { 'iam:PolicyARN': policyArn });
    return roles.byName(name).name;
  }

  return {
    PutRolePolicy(input, request) {
      const role = roleName(input, 'PutRolePolicy', request);
      roles.putInline(role, nameOf(input, 'PolicyName', LONGEST_NAME), documentOf(input, 'PolicyDocument', 'identity'));
      return undefined;
    },

    GetRolePolicy(input, request) {
      const role = roleName(input, 'GetRolePolicy', request);
      const PolicyName = textOf(input, 'PolicyName');
      const document = roles.inlineOf(role).get(PolicyName);
      if (document === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
      return { RoleName: role, PolicyName, PolicyDocument: encodeDocument(document) };
    },

    DeleteRolePolicy(input, request) {
      const role = roleName(input, 'DeleteRolePolicy', request);
      const name = textOf(input, 'PolicyName');
      if (!roles.removeInline(role, name)) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
      return undefined;
    },

    ListRolePolicies(input, request) {
      const { page, ...rest } = pageOf(input, [...roles.inlineOf(roleName(input, 'ListRolePolicies', request)).keys()]);
      return { PolicyNames: page, ...rest };
    },

    AttachRolePolicy(input, request) {
      const policyArn = policyArnOf(input);
      const role = roleName(input, 'AttachRolePolicy', request, policyArn);
      if (!roles.isManaged(policyArn)) {
        throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
      }
      roles.attach(role, policyArn);
      return undefined;
    },

    DetachRolePolicy(input, request) {
      const policyArn = policyArnOf(input);
      const role = roleName(input, 'DetachRolePolicy', request, policyArn);
      if (!roles.detach(role, policyArn)) throw noSuchEntity(`Policy ${policyArn} was not found.`);
      return undefined;
    },

    ListAttachedRolePolicies(input, request) {
      const attached = roles.attachedTo(roleName(input, 'ListAttachedRolePolicies', request));
      const { page, ...rest } = pageOf(input, attached);
      return {
        AttachedPolicies: page.map((arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn })),
        ...rest,
      };
    },
  };
}

function policyArnOf(input: QueryStructure): string {
  const arn = textOf(input, 'PolicyArn');
  if (/^arn:[^:]+:iam::[^:]*:policy\/.+$/.test(arn)) return arn;
  throw validationError('Invalid ARN:  Could not be parsed!');
}
