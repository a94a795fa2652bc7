import { HandlerError } from '../handler-error.ts';
import { identifierParts, type ResourceSchema, type ResourceType } from '../resource-type.ts';
import { compact, named, OBJECT_OR_TEXT, TEXT } from '../schema-parts.ts';
import { documentIn, documentText, membersOf } from './iam-xml.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::IAM::RolePolicy',
  properties: { ...named(TEXT, 'PolicyName', 'RoleName'), PolicyDocument: OBJECT_OR_TEXT },
  required: ['PolicyName', 'RoleName'],
  primaryIdentifier: ['PolicyName', 'RoleName'],
  createOnly: ['PolicyName', 'RoleName'],
  listNeeds: ['RoleName'],
  permissions: {
    create: ['iam:PutRolePolicy', 'iam:GetRolePolicy'],
    read: ['iam:GetRolePolicy'],
    update: ['iam:PutRolePolicy', 'iam:GetRolePolicy'],
    delete: ['iam:DeleteRolePolicy', 'iam:GetRolePolicy'],
    list: ['iam:ListRolePolicies'],
  },
};

/** Policies in roles. */
export const rolePolicy: ResourceType = {
  schema,
  async create({ PolicyName, RoleName, PolicyDocument }, { api }) {
    const isFree = await api.iam('GetRolePolicy', { RoleName, PolicyName }).then(
      () => false,
      (error: unknown) => {
        if (error instanceof HandlerError && error.code === 'NotFound') return true;
        throw error;
      },
    );
    if (!isFree) throw new HandlerError('AlreadyExists', `Policy ${PolicyName} already exists in role ${RoleName}.`);
    await api.iam('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: documentText(PolicyDocument) });
    return `${PolicyName}|${RoleName}`;
  },
  async read(identifier, { api }) {
    const { PolicyName, RoleName } = identifierParts(schema, identifier);
    const found = await api.iam('GetRolePolicy', { RoleName, PolicyName });
    return compact({ PolicyName, RoleName, PolicyDocument: documentIn(found, 'PolicyDocument') });
  },
  async update(identifier, { PolicyDocument }, _former, { api }) {
    const place = identifierParts(schema, identifier);
    await api.iam('PutRolePolicy', { ...place, PolicyDocument: documentText(PolicyDocument) });
  },
  async delete(identifier, { api }) {
    await api.iam('DeleteRolePolicy', identifierParts(schema, identifier));
  },
  async list({ RoleName }, { api }) {
    const names = membersOf(await api.iam('ListRolePolicies', { RoleName }), 'PolicyNames');
    return names.map(({ text }) => `${text}|${RoleName}`);
  },
};
