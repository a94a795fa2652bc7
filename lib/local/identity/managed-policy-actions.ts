import { AwsError } from '../kernel/aws-error.ts';
import type { RequestContext } from '../kernel/service.ts';
import type { QueryAction, QueryContent } from '../wire/query-api.ts';
import type { QueryStructure } from '../wire/query-input.ts';
import { deleteConflict, entityAlreadyExists, noSuchEntity } from './iam-errors.ts';
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
import { awsManagedPolicy } from './managed-policies.ts';
import { type ManagedPolicy, newManagedPolicy, type PolicyVersion } from './managed-policy.ts';
import { stableSuffix } from './physical-name.ts';

const LONGEST_NAME = 128;
/** The most versions of a managed policy (IAM quotas). */
const MOST_VERSIONS = 5;

/** The operations on managed policies. */
export function managedPolicyActions({ roles, iamArn, now, uuid }: IamParts): Record<string, QueryAction> {
  /** A policy of the account, or one that AWS manages and whose statements are built in. */
  function policy(input: QueryStructure, action: string, request: RequestContext): ManagedPolicy {
    const arn = textOf(input, 'PolicyArn');
    request.authorize(`iam:${action}`, arn);
    const builtIn = awsManagedPolicy(arn);
    const found =
      roles.findManaged(arn) ??
      (builtIn && newManagedPolicy({ arn, policyId: `ANPA${stableSuffix(arn, 17)}`, document: builtIn, now: 0 }));
    if (found === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
    return found;
  }

  function version(found: ManagedPolicy, input: QueryStructure): PolicyVersion {
    const wanted = textOf(input, 'VersionId');
    const there = found.versions.find(({ id }) => id === wanted);
    if (there !== undefined) return there;
    throw noSuchEntity(`Policy ${found.arn} version ${wanted} does not exist or is not attachable.`);
  }

  const holders = (arn: string) => roles.list().filter(({ name }) => roles.attachedTo(name).includes(arn));

  function policyContent(found: ManagedPolicy): { readonly [name: string]: QueryContent } {
    return {
      PolicyName: found.name,
      PolicyId: found.policyId,
      Arn: found.arn,
      Path: found.path,
      DefaultVersionId: found.defaultVersionId,
      AttachmentCount: holders(found.arn).length,
      PermissionsBoundaryUsageCount: roles.list().filter(({ boundaryArn }) => boundaryArn === found.arn).length,
      IsAttachable: true,
      Description: found.description,
      CreateDate: timeOf(found.createdAt),
      UpdateDate: timeOf(found.updatedAt),
    };
  }

  return {
    CreatePolicy(input, request) {
      const name = nameOf(input, 'PolicyName', LONGEST_NAME);
      const arn = `${iamArn}:policy${pathOf(input)}${name}`;
      request.authorize('iam:CreatePolicy', arn);
      const tags = tagsOf(input);
      if (Object.keys(tags).length > 0) request.authorize('iam:TagPolicy', arn);
      if (roles.managedPolicies().some((other) => other.name.toLowerCase() === name.toLowerCase())) {
        throw entityAlreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
      }
      const created = newManagedPolicy({
        arn,
        policyId: `ANPA${stableSuffix(uuid(), 17)}`,
        document: documentOf(input, 'PolicyDocument', 'identity'),
        now: now(),
        description: descriptionOf(input),
        tags,
      });
      roles.putManaged(created);
      return { Policy: { ...policyContent(created), ...tagMember(tags) } };
    },

    GetPolicy(input, request) {
      const found = policy(input, 'GetPolicy', request);
      return { Policy: { ...policyContent(found), Tags: tagList(found.tags) } };
    },

    ListPolicies(input, request) {
      request.authorize('iam:ListPolicies', `${iamArn}:policy/`);
      const prefix = optionalText(input, 'PathPrefix') ?? '/';
      const isOwn = optionalText(input, 'Scope') !== 'AWS';
      const onlyAttached = optionalText(input, 'OnlyAttached') === 'true';
      const { page, ...rest } = pageOf(
        input,
        roles
          .managedPolicies()
          .filter(({ path, arn }) => isOwn && path.startsWith(prefix) && (!onlyAttached || holders(arn).length > 0)),
      );
      return { Policies: page.map(policyContent), ...rest };
    },

    DeletePolicy(input, request) {
      const found = policy(input, 'DeletePolicy', request);
      if (holders(found.arn).length > 0) throw deleteConflict('Cannot delete a policy attached to entities.');
      if (found.versions.length > 1) {
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        );
      }
      roles.removeManaged(found.arn);
      return undefined;
    },

    ListEntitiesForPolicy(input, request) {
      const { arn } = policy(input, 'ListEntitiesForPolicy', request);
      const { page, ...rest } = pageOf(input, holders(arn));
      return {
        PolicyGroups: [],
        PolicyUsers: [],
        PolicyRoles: page.map(({ name, roleId }) => ({ RoleName: name, RoleId: roleId })),
        ...rest,
      };
    },

    CreatePolicyVersion(input, request) {
      const found = policy(input, 'CreatePolicyVersion', request);
      if (found.versions.length >= MOST_VERSIONS) {
        const message =
          'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.';
        throw new AwsError('LimitExceeded', message, { status: 409 });
      }
      const created = {
        id: `v${found.versionCount + 1}`,
        document: documentOf(input, 'PolicyDocument', 'identity'),
        createdAt: now(),
      };
      const isDefault = optionalText(input, 'SetAsDefault') === 'true';
      roles.putManaged({
        ...found,
        updatedAt: now(),
        versionCount: found.versionCount + 1,
        versions: [...found.versions, created],
        defaultVersionId: isDefault ? created.id : found.defaultVersionId,
      });
      return { PolicyVersion: versionContent(created, isDefault) };
    },

    GetPolicyVersion(input, request) {
      const found = policy(input, 'GetPolicyVersion', request);
      const there = version(found, input);
      return {
        PolicyVersion: {
          Document: encodeDocument(there.document),
          ...versionContent(there, there.id === found.defaultVersionId),
        },
      };
    },

    ListPolicyVersions(input, request) {
      const found = policy(input, 'ListPolicyVersions', request);
      const { page, ...rest } = pageOf(input, [...found.versions].reverse());
      return { Versions: page.map((there) => versionContent(there, there.id === found.defaultVersionId)), ...rest };
    },

    SetDefaultPolicyVersion(input, request) {
      const found = policy(input, 'SetDefaultPolicyVersion', request);
      roles.putManaged({ ...found, updatedAt: now(), defaultVersionId: version(found, input).id });
      return undefined;
    },

    DeletePolicyVersion(input, request) {
      const found = policy(input, 'DeletePolicyVersion', request);
      const { id } = version(found, input);
      if (id === found.defaultVersionId) throw deleteConflict('Cannot delete the default version of a policy.');
      roles.putManaged({ ...found, versions: found.versions.filter((other) => other.id !== id) });
      return undefined;
    },

    TagPolicy(input, request) {
      const found = policy(input, 'TagPolicy', request);
      roles.putManaged({ ...found, tags: mergeTags(found.tags, tagsOf(input)) });
      return undefined;
    },
    UntagPolicy(input, request) {
      const found = policy(input, 'UntagPolicy', request);
      const gone = textsOf(input, 'TagKeys');
      const left = Object.entries(found.tags).filter(([key]) => !gone.includes(key));
      roles.putManaged({ ...found, tags: Object.fromEntries(left) });
      return undefined;
    },
    ListPolicyTags(input, request) {
      const { page, ...rest } = pageOf(input, tagList(policy(input, 'ListPolicyTags', request).tags));
      return { Tags: page, ...rest };
    },
  };
}

function versionContent(
  { id, createdAt }: PolicyVersion,
  isDefault: boolean,
): { readonly [name: string]: QueryContent } {
  return { VersionId: id, IsDefaultVersion: isDefault, CreateDate: timeOf(createdAt) };
}

function tagMember(tags: Readonly<Record<string, string>>): { Tags?: QueryContent } {
  return Object.keys(tags).length === 0 ? {} : { Tags: tagList(tags) };
}
