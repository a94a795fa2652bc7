import { childText } from '../../s3/xml.ts';
import type { HandlerApi } from '../handler-api.ts';
import { isEqual } from '../json-patch.ts';
import type { Model, ResourceSchema, ResourceType } from '../resource-type.ts';
import { compact, named, OBJECT_OR_TEXT, TAGS, TEXT, TEXTS, tagChanges, tagsOf, WHOLE } from '../schema-parts.ts';
import { documentIn, documentText, findElement, membersOf, tagsIn } from './iam-xml.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::IAM::Role',
  properties: {
    ...named(TEXT, 'RoleName', 'Description', 'Path', 'PermissionsBoundary', 'Arn', 'RoleId'),
    AssumeRolePolicyDocument: OBJECT_OR_TEXT,
    ManagedPolicyArns: TEXTS,
    MaxSessionDuration: WHOLE,
    Policies: {
      type: 'array',
      items: {
        type: 'object',
        properties: { PolicyName: TEXT, PolicyDocument: OBJECT_OR_TEXT },
        required: ['PolicyName', 'PolicyDocument'],
        additionalProperties: false,
      },
    },
    Tags: TAGS,
  },
  required: ['AssumeRolePolicyDocument'],
  primaryIdentifier: ['RoleName'],
  readOnly: ['Arn', 'RoleId'],
  createOnly: ['Path', 'RoleName'],
  permissions: {
    create: ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:TagRole', 'iam:GetRole'],
    read: ['iam:GetRole', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:GetRolePolicy'],
    update: [
      'iam:UpdateRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:PutRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:TagRole',
      'iam:UntagRole',
    ],
    delete: [
      'iam:DeleteRole',
      'iam:DetachRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
      'iam:GetRole',
    ],
    list: ['iam:ListRoles'],
  },
};

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

/** Roles of IAM, with the policies in them and attached to them. */
export const role: ResourceType = {
  schema,
  async create(model, { api, generatedName }) {
    const RoleName = String(model.RoleName ?? generatedName().slice(0, 64));
    const { Path, Description, MaxSessionDuration, PermissionsBoundary } = model;
    const AssumeRolePolicyDocument = documentText(model.AssumeRolePolicyDocument);
    const Tags = tagsOf(model);
    const input = {
      RoleName,
      AssumeRolePolicyDocument,
      Path,
      Description,
      MaxSessionDuration,
      PermissionsBoundary,
      Tags,
    };
    await api.iam('CreateRole', compact(input));
    await setPolicies(RoleName, model, {}, api);
    return RoleName;
  },
  async read(RoleName, { api }) {
    const found = await api.iam('GetRole', { RoleName });
    const element = findElement(found, 'Role') ?? found;
    const attached = membersOf(await api.iam('ListAttachedRolePolicies', { RoleName }), 'AttachedPolicies');
    const names = membersOf(await api.iam('ListRolePolicies', { RoleName }), 'PolicyNames').map(({ text }) => text);
    const Policies: InlinePolicy[] = [];
    for (const PolicyName of names) {
      const policy = await api.iam('GetRolePolicy', { RoleName, PolicyName });
      Policies.push({ PolicyName, PolicyDocument: documentIn(policy, 'PolicyDocument') });
    }
    const boundary = findElement(element, 'PermissionsBoundaryArn')?.text;
    return compact({
      RoleName,
      Arn: childText(element, 'Arn'),
      RoleId: childText(element, 'RoleId'),
      Path: childText(element, 'Path'),
      Description: childText(element, 'Description'),
      AssumeRolePolicyDocument: documentIn(element, 'AssumeRolePolicyDocument'),
      MaxSessionDuration: Number(childText(element, 'MaxSessionDuration')),
      PermissionsBoundary: boundary,
      ManagedPolicyArns: attached.length === 0 ? undefined : attached.map((policy) => childText(policy, 'PolicyArn')),
      Policies: Policies.length === 0 ? undefined : Policies,
      Tags: tagsIn(element),
    });
  },
  async update(RoleName, desired, former, { api }) {
    const { Description = '', MaxSessionDuration = 3600, PermissionsBoundary, AssumeRolePolicyDocument } = desired;
    await api.iam('UpdateRole', { RoleName, Description, MaxSessionDuration });
    if (!isEqual(AssumeRolePolicyDocument, former.AssumeRolePolicyDocument)) {
      await api.iam('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: documentText(AssumeRolePolicyDocument) });
    }
    if (PermissionsBoundary !== former.PermissionsBoundary) {
      if (PermissionsBoundary === undefined) await api.iam('DeleteRolePermissionsBoundary', { RoleName });
      else await api.iam('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary });
    }
    await setPolicies(RoleName, desired, former, api);
    const { put, gone } = tagChanges(tagsOf(former), tagsOf(desired));
    if (gone.length > 0) await api.iam('UntagRole', { RoleName, TagKeys: gone });
    if (put.length > 0) await api.iam('TagRole', { RoleName, Tags: put });
  },
  async delete(RoleName, { api }) {
    for (const policy of membersOf(await api.iam('ListAttachedRolePolicies', { RoleName }), 'AttachedPolicies')) {
      await api.iam('DetachRolePolicy', { RoleName, PolicyArn: childText(policy, 'PolicyArn') });
    }
    for (const { text } of membersOf(await api.iam('ListRolePolicies', { RoleName }), 'PolicyNames')) {
      await api.iam('DeleteRolePolicy', { RoleName, PolicyName: text });
    }
    await api.iam('DeleteRole', { RoleName });
  },
  async list(_model, { api }) {
    return membersOf(await api.iam('ListRoles', {}), 'Roles').flatMap((entry) => childText(entry, 'RoleName') ?? []);
  },
};

async function setPolicies(RoleName: string, desired: Model, former: Model, api: HandlerApi): Promise<void> {
  const wanted = (desired.ManagedPolicyArns ?? []) as readonly string[];
  const there = (former.ManagedPolicyArns ?? []) as readonly string[];
  for (const PolicyArn of there)
    if (!wanted.includes(PolicyArn)) await api.iam('DetachRolePolicy', { RoleName, PolicyArn });
  for (const PolicyArn of wanted)
    if (!there.includes(PolicyArn)) await api.iam('AttachRolePolicy', { RoleName, PolicyArn });
  const inline = (desired.Policies ?? []) as readonly InlinePolicy[];
  const formerly = (former.Policies ?? []) as readonly InlinePolicy[];
  for (const { PolicyName } of formerly) {
    if (!inline.some((policy) => policy.PolicyName === PolicyName))
      await api.iam('DeleteRolePolicy', { RoleName, PolicyName });
  }
  for (const policy of inline) {
    if (formerly.some((other) => isEqual(other, policy))) continue;
    const { PolicyName, PolicyDocument } = policy;
    await api.iam('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: documentText(PolicyDocument) });
  }
}
