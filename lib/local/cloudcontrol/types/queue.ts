import { HandlerError } from '../handler-error.ts';
import type { Model, ResourceSchema, ResourceType } from '../resource-type.ts';
import {
  compact,
  FLAG,
  named,
  OBJECT_OR_TEXT,
  TAGS,
  TEXT,
  tagChanges,
  tagList,
  tagRecord,
  tagsOf,
  WHOLE,
} from '../schema-parts.ts';

const NUMBERS = [
  'DelaySeconds',
  'KmsDataKeyReusePeriodSeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
];
const FLAGS = ['ContentBasedDeduplication', 'FifoQueue', 'SqsManagedSseEnabled'];
const POLICIES = ['RedriveAllowPolicy', 'RedrivePolicy'];
const TEXT_ATTRIBUTES = ['DeduplicationScope', 'FifoThroughputLimit', 'KmsMasterKeyId'];
const ATTRIBUTES = [...NUMBERS, ...FLAGS, ...POLICIES, ...TEXT_ATTRIBUTES];

const schema: ResourceSchema = {
  typeName: 'AWS::SQS::Queue',
  properties: {
    ...named(TEXT, 'QueueName', 'QueueUrl', 'Arn', ...TEXT_ATTRIBUTES),
    ...named(WHOLE, ...NUMBERS),
    ...named(FLAG, ...FLAGS),
    ...named(OBJECT_OR_TEXT, ...POLICIES),
    Tags: TAGS,
  },
  primaryIdentifier: ['QueueUrl'],
  readOnly: ['QueueUrl', 'Arn'],
  createOnly: ['QueueName', 'FifoQueue'],
  permissions: {
    create: ['sqs:CreateQueue', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes', 'sqs:ListQueueTags', 'sqs:TagQueue'],
    read: ['sqs:GetQueueAttributes', 'sqs:ListQueueTags'],
    update: ['sqs:SetQueueAttributes', 'sqs:GetQueueAttributes', 'sqs:ListQueueTags', 'sqs:TagQueue', 'sqs:UntagQueue'],
    delete: ['sqs:DeleteQueue', 'sqs:GetQueueAttributes'],
    list: ['sqs:ListQueues'],
  },
};

/** Queues of SQS. */
export const queue: ResourceType = {
  schema,
  async create(model, call) {
    const QueueName = String(model.QueueName ?? call.generatedName().slice(0, 80));
    await mustBeFree(QueueName, call.api);
    const Attributes = attributesOf(model);
    const tags = tagRecord(tagsOf(model));
    const input = { QueueName, Attributes, ...(Object.keys(tags).length === 0 ? {} : { tags }) };
    return String((await call.api.json('sqs', 'CreateQueue', input)).QueueUrl);
  },
  async read(QueueUrl, { api }) {
    const { Attributes } = await api.json('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    const { Tags } = await api.json('sqs', 'ListQueueTags', { QueueUrl });
    return compact({
      ...Object.fromEntries(ATTRIBUTES.map((name) => [name, attributeValue(name, Attributes[name])])),
      QueueName: QueueUrl.split('/').at(-1),
      QueueUrl,
      Arn: Attributes.QueueArn,
      Tags: tagList(Tags),
    });
  },
  async update(QueueUrl, desired, former, { api }) {
    const Attributes = attributesOf(desired);
    // What a model no longer has goes back to the default of the service, where empty text means none.
    for (const name of [...POLICIES, ...TEXT_ATTRIBUTES]) {
      if (former[name] !== undefined && desired[name] === undefined) Attributes[name] = '';
    }
    for (const [name, value] of Object.entries(DEFAULTS)) if (desired[name] === undefined) Attributes[name] = value;
    await api.json('sqs', 'SetQueueAttributes', { QueueUrl, Attributes });
    const { put, gone } = tagChanges(tagsOf(former), tagsOf(desired));
    if (gone.length > 0) await api.json('sqs', 'UntagQueue', { QueueUrl, TagKeys: gone });
    if (put.length > 0) await api.json('sqs', 'TagQueue', { QueueUrl, Tags: tagRecord(put) });
  },
  async delete(QueueUrl, { api }) {
    await api.json('sqs', 'DeleteQueue', { QueueUrl });
  },
  list: async (_model, { api }) => (await api.json('sqs', 'ListQueues', {})).QueueUrls ?? [],
};

const DEFAULTS: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
};

/** The service would hand out a queue of the same attributes as if it were new. */
async function mustBeFree(QueueName: string, api: Parameters<ResourceType['create']>[1]['api']): Promise<void> {
  try {
    await api.json('sqs', 'GetQueueUrl', { QueueName });
  } catch (error) {
    if (error instanceof HandlerError && error.code === 'NotFound') return;
    throw error;
  }
  throw new HandlerError(
    'AlreadyExists',
    `Resource of type 'AWS::SQS::Queue' with identifier '${QueueName}' already exists.`,
  );
}

function attributesOf(model: Model): Record<string, string> {
  return Object.fromEntries(
    ATTRIBUTES.filter((name) => model[name] !== undefined).map((name) => {
      const value = model[name];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}

function attributeValue(name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (NUMBERS.includes(name)) return Number(text);
  if (FLAGS.includes(name)) return text === 'true';
  return POLICIES.includes(name) ? JSON.parse(text) : text;
}
