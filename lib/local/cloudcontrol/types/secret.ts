import { HandlerError } from '../handler-error.ts';
import type { HandlerCall, Model, ResourceSchema, ResourceType } from '../resource-type.ts';
import { compact, LIST, named, OBJECT, TAGS, TEXT, tagChanges, tagsOf } from '../schema-parts.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::SecretsManager::Secret',
  properties: {
    ...named(TEXT, 'Name', 'Description', 'KmsKeyId', 'SecretString', 'Id', 'Type'),
    GenerateSecretString: OBJECT,
    ReplicaRegions: LIST,
    Tags: TAGS,
  },
  primaryIdentifier: ['Id'],
  readOnly: ['Id'],
  createOnly: ['Name'],
  writeOnly: ['SecretString', 'GenerateSecretString'],
  withoutEffect: ['ReplicaRegions', 'Type'],
  permissions: {
    create: ['secretsmanager:CreateSecret', 'secretsmanager:GetRandomPassword', 'secretsmanager:TagResource'],
    read: ['secretsmanager:DescribeSecret'],
    update: ['secretsmanager:UpdateSecret', 'secretsmanager:TagResource', 'secretsmanager:UntagResource'],
    delete: ['secretsmanager:DeleteSecret', 'secretsmanager:DescribeSecret'],
    list: ['secretsmanager:ListSecrets'],
  },
};

/** Secrets of Secrets Manager. Their values are written and never read. */
export const secret: ResourceType = {
  schema,
  async create(model, call) {
    const { Description, KmsKeyId, SecretString, GenerateSecretString } = model;
    if (SecretString !== undefined && GenerateSecretString !== undefined) {
      throw new HandlerError('InvalidRequest', 'Specify either SecretString or GenerateSecretString, and not both.');
    }
    const value = SecretString ?? (await generated(model, call));
    const Tags = tagsOf(model).length === 0 ? undefined : tagsOf(model);
    const Name = model.Name ?? call.generatedName();
    const input = compact({ Name, Description, KmsKeyId, Tags, SecretString: value, ClientRequestToken: call.uuid() });
    return (await call.api.json('secretsmanager', 'CreateSecret', input)).ARN;
  },
  async read(SecretId, { api }) {
    const found = await api.json('secretsmanager', 'DescribeSecret', { SecretId });
    if (found.DeletedDate !== undefined)
      throw new HandlerError('NotFound', "Secrets Manager can't find the specified secret.");
    const { ARN: Id, Name, Description, KmsKeyId, Tags } = found;
    return compact({ Id, Name, Description, KmsKeyId, Tags });
  },
  async update(SecretId, desired, former, call) {
    const { Description = '', KmsKeyId, SecretString } = desired;
    const value = SecretString ?? (await generated(desired, call));
    const input = compact({ SecretId, Description, KmsKeyId, SecretString: value, ClientRequestToken: call.uuid() });
    await call.api.json('secretsmanager', 'UpdateSecret', input);
    const { put, gone } = tagChanges(tagsOf(former), tagsOf(desired));
    if (gone.length > 0) await call.api.json('secretsmanager', 'UntagResource', { SecretId, TagKeys: gone });
    if (put.length > 0) await call.api.json('secretsmanager', 'TagResource', { SecretId, Tags: put });
  },
  async delete(SecretId, { api }) {
    const { DeletedDate } = await api.json('secretsmanager', 'DescribeSecret', { SecretId });
    if (DeletedDate !== undefined)
      throw new HandlerError('NotFound', "Secrets Manager can't find the specified secret.");
    await api.json('secretsmanager', 'DeleteSecret', { SecretId });
  },
  async list(_model, { api }) {
    const { SecretList } = await api.json('secretsmanager', 'ListSecrets', { MaxResults: 100 });
    return SecretList.map(({ ARN }: { ARN: string }) => ARN);
  },
};

async function generated({ GenerateSecretString }: Model, { api }: HandlerCall): Promise<string | undefined> {
  if (GenerateSecretString === undefined) return undefined;
  const { SecretStringTemplate, GenerateStringKey, ...options } = GenerateSecretString as Record<string, unknown>;
  const { RandomPassword } = await api.json('secretsmanager', 'GetRandomPassword', options);
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return RandomPassword;
  let template: unknown;
  try {
    template = JSON.parse(String(SecretStringTemplate));
  } catch {
    throw new HandlerError('InvalidRequest', 'SecretStringTemplate must be a JSON object.');
  }
  return JSON.stringify({ ...(template as object), [String(GenerateStringKey)]: RandomPassword });
}
