import { childText } from '../../s3/xml.ts';
import type { HandlerApi } from '../handler-api.ts';
import { isEqual } from '../json-patch.ts';
import type { ResourceSchema, ResourceType } from '../resource-type.ts';
import { compact, FLAG, LIST, named, OBJECT_OR_TEXT, TEXT, TEXTS, tagsOf, WHOLE } from '../schema-parts.ts';
import { documentIn, documentText, findElement, membersOf, tagsIn } from './iam-xml.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::IAM::ManagedPolicy',
  properties: {
    ...named(TEXT, 'ManagedPolicyName', 'Description', 'Path', 'PolicyArn', 'PolicyId', 'DefaultVersionId'),
    ...named(TEXT, 'CreateDate', 'UpdateDate'),
    ...named(WHOLE, 'AttachmentCount', 'PermissionsBoundaryUsageCount'),
    ...named(TEXTS, 'Groups', 'Roles', 'Users'),
    IsAttachable: FLAG,
    PolicyDocument: OBJECT_OR_TEXT,
    Tags: LIST,
  },
  required: ['PolicyDocument'],
  primaryIdentifier: ['PolicyArn'],
  readOnly: [
    'PolicyArn',
    'PolicyId',
    'DefaultVersionId',
    'CreateDate',
    'UpdateDate',
    'AttachmentCount',
    'PermissionsBoundaryUsageCount',
    'IsAttachable',
  ],
  createOnly: ['ManagedPolicyName', 'Description', 'Path'],
  withoutEffect: ['Groups', 'Users'],
  permissions: {
    create: ['iam:CreatePolicy', 'iam:AttachRolePolicy', 'iam:TagPolicy'],
    read: ['iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:ListEntitiesForPolicy'],
    update: [
      'iam:CreatePolicyVersion',
      'iam:DeletePolicyVersion',
      'iam:ListPolicyVersions',
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
    ],
    delete: [
      'iam:DeletePolicy',
      'iam:DetachRolePolicy',
      'iam:ListEntitiesForPolicy',
      'iam:ListPolicyVersions',
      'iam:DeletePolicyVersion',
    ],
    list: ['iam:ListPolicies'],
  },
};

/** Customer managed policies of IAM. */
export const managedPolicy: ResourceType = {
  schema,
  async create(model, { api, generatedName }) {
    const PolicyName = String(model.ManagedPolicyName ?? generatedName().slice(0, 128));
    const { Path, Description } = model;
    const PolicyDocument = documentText(model.PolicyDocument);
    const created = await api.iam(
      'CreatePolicy',
      compact({ PolicyName, Path, Description, PolicyDocument, Tags: tagsOf(model) }),
    );
    const PolicyArn = findElement(created, 'Arn')?.text ?? '';
    await setRoles(PolicyArn, (model.Roles ?? []) as readonly string[], [], api);
    return PolicyArn;
  },
  async read(PolicyArn, { api }) {
    const found = await api.iam('GetPolicy', { PolicyArn });
    const element = findElement(found, 'Policy') ?? found;
    const VersionId = childText(element, 'DefaultVersionId');
    const version = await api.iam('GetPolicyVersion', { PolicyArn, VersionId });
    const Roles = await rolesOf(PolicyArn, api);
    return compact({
      PolicyArn,
      PolicyId: childText(element, 'PolicyId'),
      ManagedPolicyName: childText(element, 'PolicyName'),
      Path: childText(element, 'Path'),
      Description: childText(element, 'Description'),
      DefaultVersionId: VersionId,
      CreateDate: childText(element, 'CreateDate'),
      UpdateDate: childText(element, 'UpdateDate'),
      AttachmentCount: Number(childText(element, 'AttachmentCount')),
      PermissionsBoundaryUsageCount: Number(childText(element, 'PermissionsBoundaryUsageCount')),
      IsAttachable: true,
      PolicyDocument: documentIn(version, 'Document'),
      Roles: Roles.length === 0 ? undefined : Roles,
      Tags: tagsIn(element),
    });
  },
  async update(PolicyArn, desired, former, { api }) {
    if (!isEqual(desired.PolicyDocument, former.PolicyDocument)) {
      const PolicyDocument = documentText(desired.PolicyDocument);
      const old = await spareVersions(PolicyArn, api);
      await api.iam('CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
      for (const VersionId of [former.DefaultVersionId, ...old])
        await api.iam('DeletePolicyVersion', { PolicyArn, VersionId });
    }
    await setRoles(
      PolicyArn,
      (desired.Roles ?? []) as readonly string[],
      (former.Roles ?? []) as readonly string[],
      api,
    );
  },
  async delete(PolicyArn, { api }) {
    await setRoles(PolicyArn, [], await rolesOf(PolicyArn, api), api);
    for (const VersionId of await spareVersions(PolicyArn, api))
      await api.iam('DeletePolicyVersion', { PolicyArn, VersionId });
    await api.iam('DeletePolicy', { PolicyArn });
  },
  async list(_model, { api }) {
    const policies = membersOf(await api.iam('ListPolicies', { Scope: 'Local' }), 'Policies');
    return policies.flatMap((policy) => childText(policy, 'Arn') ?? []);
  },
};

async function rolesOf(PolicyArn: string, api: HandlerApi): Promise<readonly string[]> {
  const roles = membersOf(await api.iam('ListEntitiesForPolicy', { PolicyArn }), 'PolicyRoles');
  return roles.flatMap((entry) => childText(entry, 'RoleName') ?? []);
}

/** The versions beside the one in force. */
async function spareVersions(PolicyArn: string, api: HandlerApi): Promise<readonly string[]> {
  return membersOf(await api.iam('ListPolicyVersions', { PolicyArn }), 'Versions')
    .filter((version) => childText(version, 'IsDefaultVersion') !== 'true')
    .flatMap((version) => childText(version, 'VersionId') ?? []);
}

async function setRoles(
  PolicyArn: string,
  wanted: readonly string[],
  there: readonly string[],
  api: HandlerApi,
): Promise<void> {
  for (const RoleName of there)
    if (!wanted.includes(RoleName)) await api.iam('DetachRolePolicy', { RoleName, PolicyArn });
  for (const RoleName of wanted)
    if (!there.includes(RoleName)) await api.iam('AttachRolePolicy', { RoleName, PolicyArn });
}
