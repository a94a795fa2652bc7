import { HandlerError } from '../handler-error.ts';
import type { HandlerCall, ResourceSchema, ResourceType } from '../resource-type.ts';
import {
  compact,
  FLAG,
  LIST,
  named,
  OBJECT,
  TAGS,
  TEXT,
  tagChanges,
  tagList,
  tagRecord,
  tagsOf,
  WHOLE,
} from '../schema-parts.ts';

const schema: ResourceSchema = {
  typeName: 'AWS::Logs::LogGroup',
  properties: {
    ...named(TEXT, 'LogGroupName', 'KmsKeyId', 'LogGroupClass', 'Arn'),
    RetentionInDays: WHOLE,
    DataProtectionPolicy: OBJECT,
    ResourcePolicyDocument: OBJECT,
    FieldIndexPolicies: LIST,
    DeletionProtectionEnabled: FLAG,
    Tags: TAGS,
  },
  primaryIdentifier: ['LogGroupName'],
  readOnly: ['Arn'],
  createOnly: ['LogGroupName'],
  withoutEffect: ['DataProtectionPolicy', 'FieldIndexPolicies', 'ResourcePolicyDocument'],
  permissions: {
    create: ['logs:CreateLogGroup', 'logs:DescribeLogGroups', 'logs:PutRetentionPolicy', 'logs:TagResource'],
    read: ['logs:DescribeLogGroups', 'logs:ListTagsForResource'],
    update: ['logs:PutRetentionPolicy', 'logs:DeleteRetentionPolicy', 'logs:TagResource', 'logs:UntagResource'],
    delete: ['logs:DeleteLogGroup', 'logs:DescribeLogGroups'],
    list: ['logs:DescribeLogGroups'],
  },
};

/** Log groups of CloudWatch Logs. */
export const logGroup: ResourceType = {
  schema,
  async create(model, { api, generatedName }) {
    const logGroupName = String(model.LogGroupName ?? generatedName());
    const tags = tagsOf(model).length === 0 ? undefined : tagRecord(tagsOf(model));
    const {
      KmsKeyId: kmsKeyId,
      LogGroupClass: logGroupClass,
      DeletionProtectionEnabled: deletionProtectionEnabled,
    } = model;
    const input = compact({ logGroupName, kmsKeyId, logGroupClass, deletionProtectionEnabled, tags });
    await api.json('logs', 'CreateLogGroup', input);
    if (model.RetentionInDays !== undefined) {
      await api.json('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays: model.RetentionInDays });
    }
    return logGroupName;
  },
  async read(name, { api }) {
    const found = await describe(name, api);
    const { tags } = await api.json('logs', 'ListTagsForResource', { resourceArn: found.logGroupArn });
    return compact({
      LogGroupName: name,
      Arn: found.arn,
      RetentionInDays: found.retentionInDays,
      KmsKeyId: found.kmsKeyId,
      LogGroupClass: found.logGroupClass,
      DeletionProtectionEnabled: found.deletionProtectionEnabled,
      Tags: tagList(tags),
    });
  },
  async update(logGroupName, desired, former, { api }) {
    const { RetentionInDays: retentionInDays, KmsKeyId: kmsKeyId } = desired;
    if (retentionInDays === undefined) await api.json('logs', 'DeleteRetentionPolicy', { logGroupName });
    else await api.json('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays });
    if (kmsKeyId !== former.KmsKeyId) {
      if (kmsKeyId === undefined) await api.json('logs', 'DisassociateKmsKey', { logGroupName });
      else await api.json('logs', 'AssociateKmsKey', { logGroupName, kmsKeyId });
    }
    if (desired.DeletionProtectionEnabled !== former.DeletionProtectionEnabled) {
      const deletionProtectionEnabled = desired.DeletionProtectionEnabled === true;
      const input = { logGroupIdentifier: logGroupName, deletionProtectionEnabled };
      await api.json('logs', 'PutLogGroupDeletionProtection', input);
    }
    const { put, gone } = tagChanges(tagsOf(former), tagsOf(desired));
    const { logGroupArn: resourceArn } = await describe(logGroupName, api);
    if (gone.length > 0) await api.json('logs', 'UntagResource', { resourceArn, tagKeys: gone });
    if (put.length > 0) await api.json('logs', 'TagResource', { resourceArn, tags: tagRecord(put) });
  },
  async delete(logGroupName, { api }) {
    await api.json('logs', 'DeleteLogGroup', { logGroupName });
  },
  async list(_model, { api }) {
    const { logGroups } = await api.json('logs', 'DescribeLogGroups', { limit: 50 });
    return logGroups.map(({ logGroupName }: { logGroupName: string }) => logGroupName);
  },
};

async function describe(name: string, api: HandlerCall['api']) {
  const { logGroups } = await api.json('logs', 'DescribeLogGroups', { logGroupNamePrefix: name });
  const found = logGroups.find(({ logGroupName }: { logGroupName: string }) => logGroupName === name);
  if (found === undefined) throw new HandlerError('NotFound', 'The specified log group does not exist.');
  return found;
}
