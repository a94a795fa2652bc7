import { HandlerError } from '../handler-error.ts';
import type { HandlerCall, Model, ResourceSchema, ResourceType } from '../resource-type.ts';
import { compact, named, OBJECT, TEXT, tagChanges, tagList } from '../schema-parts.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::SSM::Parameter',
  properties: {
    ...named(TEXT, 'Name', 'Type', 'Value', 'Description', 'AllowedPattern', 'DataType', 'Policies', 'Tier'),
    Tags: OBJECT,
  },
  required: ['Type', 'Value'],
  primaryIdentifier: ['Name'],
  createOnly: ['Name'],
  writeOnly: ['AllowedPattern', 'Description', 'Policies', 'Tags', 'Tier'],
  permissions: {
    create: ['ssm:PutParameter', 'ssm:AddTagsToResource', 'ssm:GetParameters'],
    read: ['ssm:GetParameters'],
    update: ['ssm:PutParameter', 'ssm:AddTagsToResource', 'ssm:RemoveTagsFromResource', 'ssm:GetParameters'],
    delete: ['ssm:DeleteParameter'],
    list: ['ssm:DescribeParameters'],
  },
};

/** Parameters of Systems Manager. */
export const parameter: ResourceType = {
  schema,
  async create(model, { api, generatedName }) {
    if (model.Type === 'SecureString')
      throw new HandlerError('InvalidRequest', 'SecureString is not supported by this type.');
    const Name = String(model.Name ?? generatedName());
    const Tags = tagList(model.Tags as Record<string, string> | undefined);
    await api.json('ssm', 'PutParameter', compact({ ...valueInput(model), Name, Tags }));
    return Name;
  },
  async read(Name, { api }) {
    const [found] = (await api.json('ssm', 'GetParameters', { Names: [Name] })).Parameters;
    if (found === undefined) throw new HandlerError('NotFound', `Parameter ${Name} not found.`);
    return { Name, Type: found.Type, Value: found.Value, DataType: found.DataType };
  },
  async update(Name, desired, _former, { api }) {
    await api.json('ssm', 'PutParameter', { ...valueInput(desired), Name, Overwrite: true });
    if (desired.Tags !== undefined) await retag(Name, desired.Tags as Record<string, string>, api);
  },
  async delete(Name, { api }) {
    try {
      await api.json('ssm', 'DeleteParameter', { Name });
    } catch (error) {
      const isGone = error instanceof HandlerError && error.code === 'NotFound';
      throw isGone ? new HandlerError('NotFound', `Parameter ${Name} not found.`) : error;
    }
  },
  async list(_model, { api }) {
    return (await api.json('ssm', 'DescribeParameters', {})).Parameters.map(({ Name }: { Name: string }) => Name);
  },
};

function valueInput({
  Type,
  Value,
  Description,
  AllowedPattern,
  DataType,
  Policies,
  Tier,
}: Model): Record<string, unknown> {
  return compact({ Type, Value, Description, AllowedPattern, DataType, Policies, Tier });
}

async function retag(ResourceId: string, desired: Record<string, string>, api: HandlerCall['api']): Promise<void> {
  const resource = { ResourceType: 'Parameter', ResourceId };
  const { TagList } = await api.json('ssm', 'ListTagsForResource', resource);
  const { put, gone } = tagChanges(TagList, tagList(desired) ?? []);
  if (gone.length > 0) await api.json('ssm', 'RemoveTagsFromResource', { ...resource, TagKeys: gone });
  if (put.length > 0) await api.json('ssm', 'AddTagsToResource', { ...resource, Tags: put });
}
