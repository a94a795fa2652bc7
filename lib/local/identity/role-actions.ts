import type { QueryAction, QueryContent } from '../wire/query-api.ts';
import type { QueryStructure } from '../wire/query-input.ts';
import { deleteConflict, noSuchEntity, validationError } from './iam-errors.ts';
import {
  descriptionOf,
  documentOf,
  encodeDocument,
  nameOf,
  optionalText,
  pageOf,
  pathOf,
  tagList,
  textOf,
  textsOf,
  timeOf,
} from './iam-input.ts';
import type { IamParts } from './iam-parts.ts';
import { mergeTags, tagsOf } from './iam-tags.ts';
import { stableSuffix } from './physical-name.ts';
import type { Role } from './role-store.ts';

const DEFAULT_SESSION_SECONDS = 3_600;
/** The range of MaxSessionDuration (IAM API Reference, CreateRole). */
const SESSION_SECONDS = { least: 3_600, most: 43_200 };
const LONGEST_NAME = 64;

/** The operations on roles themselves. */
export function roleActions({ roles, iamArn, now, uuid }: IamParts): Record<string, QueryAction> {
  /** The role of a request, for who may act on it; who may not learns nothing of whether it exists. */
  function role(input: QueryStructure, action: string, request: Parameters<QueryAction>[1]): Role {
    const name = textOf(input, 'RoleName');
    const known = roles.list().find((candidate) => candidate.name === name);
    request.authorize(`iam:${action}`, known?.arn ?? `${iamArn}:role/${name}`);
    return roles.byName(name);
  }

  function existingBoundary(arn: string): string {
    if (roles.isManaged(arn)) return arn;
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }

  const change =
    (
      action: string,
      changed: (found: Role, input: QueryStructure) => Role,
      answer?: (role: Role) => QueryContent,
    ): QueryAction =>
    (input, request) => {
      const found = changed(role(input, action, request), input);
      roles.replace(found);
      return answer?.(found);
    };

  return {
    CreateRole(input, request) {
      const name = nameOf(input, 'RoleName', LONGEST_NAME);
      const arn = `${iamArn}:role${pathOf(input)}${name}`;
      const given = optionalText(input, 'PermissionsBoundary');
      request.authorize('iam:CreateRole', arn, { 'iam:PermissionsBoundary': given });
      const boundaryArn = given === undefined ? undefined : existingBoundary(given);
      const tags = tagsOf(input);
      if (Object.keys(tags).length > 0) request.authorize('iam:TagRole', arn);
      const created: Role = {
        name,
        arn,
        roleId: `AROA${stableSuffix(uuid(), 17)}`,
        trustPolicy: documentOf(input, 'AssumeRolePolicyDocument', 'trust'),
        maxSessionSeconds: sessionSeconds(input) ?? DEFAULT_SESSION_SECONDS,
        createdAt: now(),
        tags,
        ...description(input),
        ...(boundaryArn === undefined ? {} : { boundaryArn }),
      };
      roles.add(created);
      return { Role: roleContent(created) };
    },

    GetRole: (input, request) => ({ Role: { ...roleContent(role(input, 'GetRole', request)), RoleLastUsed: {} } }),

    ListRoles(input, request) {
      const prefix = optionalText(input, 'PathPrefix') ?? '/';
      request.authorize('iam:ListRoles', `${iamArn}:role${prefix}`);
      const { page, ...rest } = pageOf(
        input,
        roles.list().filter(({ arn }) => arn.startsWith(`${iamArn}:role${prefix}`)),
      );
      return { Roles: page.map(roleContent), ...rest };
    },

    UpdateRole: change(
      'UpdateRole',
      (found, input) => ({
        ...found,
        ...description(input),
        maxSessionSeconds: sessionSeconds(input) ?? found.maxSessionSeconds,
      }),
      () => ({}),
    ),
    UpdateRoleDescription: change(
      'UpdateRoleDescription',
      (found, input) => ({ ...found, description: descriptionOf(input) ?? textOf(input, 'Description') }),
      (found) => ({ Role: roleContent(found) }),
    ),
    UpdateAssumeRolePolicy: change('UpdateAssumeRolePolicy', (found, input) => ({
      ...found,
      trustPolicy: documentOf(input, 'PolicyDocument', 'trust'),
    })),
    PutRolePermissionsBoundary: change('PutRolePermissionsBoundary', (found, input) => ({
      ...found,
      boundaryArn: existingBoundary(textOf(input, 'PermissionsBoundary')),
    })),
    DeleteRolePermissionsBoundary: change('DeleteRolePermissionsBoundary', ({ boundaryArn: _, ...found }) => found),
    TagRole: change('TagRole', (found, input) => ({ ...found, tags: mergeTags(found.tags, tagsOf(input)) })),
    UntagRole: change('UntagRole', (found, input) => {
      const gone = textsOf(input, 'TagKeys');
      return {
        ...found,
        tags: Object.fromEntries(Object.entries(found.tags ?? {}).filter(([key]) => !gone.includes(key))),
      };
    }),

    ListRoleTags(input, request) {
      const { page, ...rest } = pageOf(input, tagList(role(input, 'ListRoleTags', request).tags));
      return { Tags: page, ...rest };
    },

    DeleteRole(input, request) {
      const found = role(input, 'DeleteRole', request);
      if (roles.attachedTo(found.name).length > 0) {
        throw deleteConflict('Cannot delete entity, must detach all policies first.');
      }
      if (roles.inlineOf(found.name).size > 0)
        throw deleteConflict('Cannot delete entity, must delete policies first.');
      roles.remove(found);
      return undefined;
    },

    // Instance profiles are not simulated, so that no role is in one.
    ListInstanceProfilesForRole(input, request) {
      role(input, 'ListInstanceProfilesForRole', request);
      return { InstanceProfiles: [], IsTruncated: false };
    },
  };
}

function description(input: QueryStructure): { description?: string } {
  const text = descriptionOf(input);
  return text === undefined ? {} : { description: text };
}

function sessionSeconds(input: QueryStructure): number | undefined {
  const text = optionalText(input, 'MaxSessionDuration');
  if (text === undefined) return undefined;
  const seconds = Number(text);
  const { least, most } = SESSION_SECONDS;
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds;
  throw validationError(
    `1 validation error detected: Value '${text}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
  );
}

function roleContent(role: Role): { readonly [name: string]: QueryContent } {
  const { name, arn, roleId, trustPolicy, maxSessionSeconds, createdAt, boundaryArn, tags = {} } = role;
  return {
    Path: /:role(\/(?:.*\/)?)[^/]+$/.exec(arn)?.[1] ?? '/',
    RoleName: name,
    RoleId: roleId,
    Arn: arn,
    CreateDate: timeOf(createdAt),
    AssumeRolePolicyDocument: encodeDocument(trustPolicy),
    Description: role.description,
    MaxSessionDuration: maxSessionSeconds,
    PermissionsBoundary:
      boundaryArn === undefined
        ? undefined
        : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn },
    Tags: Object.keys(tags).length === 0 ? undefined : tagList(tags),
  };
}
