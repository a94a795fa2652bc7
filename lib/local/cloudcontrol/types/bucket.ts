import { childrenNamed, childText, escapeXml, parseXml, type XmlElement } from '../../s3/xml.ts';
import type { HandlerApi } from '../handler-api.ts';
import { HandlerError } from '../handler-error.ts';
import type { HandlerCall, Model, ResourceSchema, ResourceType } from '../resource-type.ts';
import { compact, LIST, named, OBJECT, TAGS, TEXT, tagsOf } from '../schema-parts.ts';

const WITHOUT_EFFECT = [
  'AccelerateConfiguration',
  'AnalyticsConfigurations',
  'CorsConfiguration',
  'IntelligentTieringConfigurations',
  'InventoryConfigurations',
  'LifecycleConfiguration',
  'LoggingConfiguration',
  'MetricsConfigurations',
  'OwnershipControls',
  'PublicAccessBlockConfiguration',
  'ReplicationConfiguration',
  'WebsiteConfiguration',
];

const schema: ResourceSchema = {
  typeName: 'AWS::S3::Bucket',
  properties: {
    ...named(
      TEXT,
      'BucketName',
      'AccessControl',
      'Arn',
      'DomainName',
      'DualStackDomainName',
      'RegionalDomainName',
      'WebsiteURL',
    ),
    ...named(OBJECT, 'BucketEncryption', 'NotificationConfiguration', 'VersioningConfiguration', ...WITHOUT_EFFECT),
    ...named(
      LIST,
      'AnalyticsConfigurations',
      'IntelligentTieringConfigurations',
      'InventoryConfigurations',
      'MetricsConfigurations',
    ),
    Tags: TAGS,
  },
  primaryIdentifier: ['BucketName'],
  readOnly: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  createOnly: ['BucketName'],
  writeOnly: ['AccessControl'],
  withoutEffect: WITHOUT_EFFECT,
  asDeclared: ['BucketEncryption', 'VersioningConfiguration', 'NotificationConfiguration'],
  permissions: {
    create: [
      's3:CreateBucket',
      's3:PutBucketTagging',
      's3:PutBucketVersioning',
      's3:PutEncryptionConfiguration',
      's3:PutBucketNotification',
    ],
    read: ['s3:ListBucket', 's3:GetBucketTagging', 's3:GetBucketVersioning', 's3:GetBucketNotification'],
    update: [
      's3:PutBucketTagging',
      's3:PutBucketVersioning',
      's3:PutEncryptionConfiguration',
      's3:PutBucketNotification',
    ],
    delete: ['s3:DeleteBucket'],
    list: ['s3:ListAllMyBuckets'],
  },
};

/** Buckets of S3. */
export const bucket: ResourceType = {
  schema,
  async create(model, call) {
    const name = String(model.BucketName ?? call.generatedName().toLowerCase());
    try {
      await call.api.rest('s3', { method: 'PUT', path: `/${name}` });
    } catch (error) {
      const exists = error instanceof HandlerError && error.code === 'AlreadyExists';
      throw exists ? new HandlerError('AlreadyExists', 'The bucket Already Exists') : error;
    }
    await configure(name, model, {}, call.api);
    return name;
  },
  async read(name, { api, place }) {
    await mustExist(name, api);
    const { partition, region } = place;
    const versioning = childText(await document(api, `/${name}?versioning`), 'Status');
    const notification = await document(api, `/${name}?notification`);
    return compact({
      BucketName: name,
      VersioningConfiguration: versioning === undefined ? undefined : { Status: versioning },
      NotificationConfiguration:
        childrenNamed(notification, 'EventBridgeConfiguration').length === 0
          ? undefined
          : { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      Tags: await tags(name, api),
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      DomainName: `${name}.s3.amazonaws.com`,
      WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      Arn: `arn:${partition}:s3:::${name}`,
    });
  },
  update: (name, desired, former, { api }) => configure(name, desired, former, api),
  async delete(name, { api }) {
    await mustExist(name, api);
    await api.rest('s3', { method: 'DELETE', path: `/${name}` });
  },
  async list(_model, { api }) {
    const root = await document(api, '/');
    const buckets = childrenNamed(root, 'Buckets').flatMap((list) => childrenNamed(list, 'Bucket'));
    return buckets.flatMap((entry) => childText(entry, 'Name') ?? []);
  },
};

async function document(api: HandlerApi, path: string): Promise<XmlElement> {
  return parseXml(await api.rest('s3', { method: 'GET', path }));
}

async function mustExist(name: string, api: HandlerApi): Promise<void> {
  try {
    await api.rest('s3', { method: 'HEAD', path: `/${name}` });
  } catch (error) {
    if (!(error instanceof HandlerError)) throw error;
    // An answer without a body tells nothing but its status.
    if (error.code === 'NotFound') throw new HandlerError('NotFound', 'Bucket not found');
    throw error.message === 'status 403'
      ? new HandlerError('AccessDenied', `Access to bucket ${name} is denied`)
      : error;
  }
}

async function tags(name: string, api: HandlerApi): Promise<readonly unknown[] | undefined> {
  try {
    const [set] = childrenNamed(await document(api, `/${name}?tagging`), 'TagSet');
    return set === undefined
      ? undefined
      : childrenNamed(set, 'Tag').map((tag) => ({ Key: childText(tag, 'Key'), Value: childText(tag, 'Value') }));
  } catch (error) {
    if (error instanceof HandlerError && error.code === 'NotFound') return undefined;
    throw error;
  }
}

interface EncryptionRule {
  readonly ServerSideEncryptionByDefault?: { readonly SSEAlgorithm?: string; readonly KMSMasterKeyID?: string };
  readonly BucketKeyEnabled?: boolean;
}

/** Makes a bucket what the model says, where that differs from what it was. */
async function configure(name: string, desired: Model, former: Model, api: HandlerCall['api']): Promise<void> {
  const put = (parameter: string, body: string) =>
    api.rest('s3', { method: 'PUT', path: `/${name}?${parameter}`, body });
  const changed = (property: string) => JSON.stringify(desired[property]) !== JSON.stringify(former[property]);
  if (changed('VersioningConfiguration')) {
    const { Status = 'Suspended' } = (desired.VersioningConfiguration ?? {}) as { Status?: string };
    await put('versioning', `<VersioningConfiguration><Status>${escapeXml(Status)}</Status></VersioningConfiguration>`);
  }
  if (changed('BucketEncryption')) {
    const { ServerSideEncryptionConfiguration: rules = [] } = (desired.BucketEncryption ?? {}) as {
      ServerSideEncryptionConfiguration?: readonly EncryptionRule[];
    };
    const [rule] = rules;
    if (rule === undefined) await api.rest('s3', { method: 'DELETE', path: `/${name}?encryption` });
    else await put('encryption', encryptionDocument(rule));
  }
  if (changed('NotificationConfiguration'))
    await put('notification', notificationDocument(desired.NotificationConfiguration));
  if (changed('Tags')) {
    const wanted = tagsOf(desired);
    if (wanted.length === 0) await api.rest('s3', { method: 'DELETE', path: `/${name}?tagging` });
    else {
      const list = wanted.map(
        ({ Key, Value }) => `<Tag><Key>${escapeXml(Key)}</Key><Value>${escapeXml(Value)}</Value></Tag>`,
      );
      await put('tagging', `<Tagging><TagSet>${list.join('')}</TagSet></Tagging>`);
    }
  }
}

function encryptionDocument({ ServerSideEncryptionByDefault: byDefault, BucketKeyEnabled }: EncryptionRule): string {
  const { SSEAlgorithm = 'AES256', KMSMasterKeyID } = byDefault ?? {};
  const key = KMSMasterKeyID === undefined ? '' : `<KMSMasterKeyID>${escapeXml(KMSMasterKeyID)}</KMSMasterKeyID>`;
  return (
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>' +
    `<SSEAlgorithm>${escapeXml(SSEAlgorithm)}</SSEAlgorithm>${key}</ApplyServerSideEncryptionByDefault>` +
    `<BucketKeyEnabled>${BucketKeyEnabled === true}</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`
  );
}

function notificationDocument(configuration: unknown): string {
  const { EventBridgeConfiguration: bridge, ...others } = (configuration ?? {}) as Record<string, unknown>;
  const enabled = bridge !== undefined && (bridge as { EventBridgeEnabled?: boolean }).EventBridgeEnabled !== false;
  const elements = [...(enabled ? ['EventBridgeConfiguration'] : []), ...Object.keys(others)];
  return `<NotificationConfiguration>${elements.map((name) => `<${name}/>`).join('')}</NotificationConfiguration>`;
}
