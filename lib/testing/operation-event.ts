import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { checkOptions } from '../core/check-options.ts';
import { isOneOf, isRecordOfTexts, isString, type OptionKind, objectWith } from '../core/option-kinds.ts';

/** What {@link operationMessage} may be told; everything else is filled in. */
export interface OperationMessageOptions {
  /** @defaultValue 'PROVISION_PRODUCT' */
  readonly operation?: 'PROVISION_PRODUCT' | 'UPDATE_PROVISIONED_PRODUCT' | 'TERMINATE_PROVISIONED_PRODUCT';
  /** @defaultValue a new one */
  readonly recordId?: string;
  /** @defaultValue a new one */
  readonly token?: string;
  /** @defaultValue `{ id: 'pp-ctfiwih3iodci', name: 'my-bucket' }` */
  readonly provisionedProduct?: { readonly id: string; readonly name: string };
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** @defaultValue an example */
  readonly artifact?: { readonly bucket: string; readonly key: string };
  /** @defaultValue an example */
  readonly launchRoleArn?: string;
}

const isArtifact = objectWith('bucket', 'key');

const OPTIONS = {
  operation: isOneOf('PROVISION_PRODUCT', 'UPDATE_PROVISIONED_PRODUCT', 'TERMINATE_PROVISIONED_PRODUCT'),
  recordId: isString,
  token: isString,
  provisionedProduct: objectWith('id', 'name'),
  parameters: isRecordOfTexts,
  tags: isRecordOfTexts,
  artifact: isArtifact,
  launchRoleArn: isString,
} satisfies Record<keyof OperationMessageOptions, OptionKind>;

/**
 * The message of an operation, in the shape that Service Catalog sends: `S3://`, and little in one to terminate.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function operationMessage(options: OperationMessageOptions = {}): Readonly<Record<string, unknown>> {
  checkOptions('operationMessage', options, OPTIONS);
  const { operation = 'PROVISION_PRODUCT', recordId = newRecordId() } = options;
  const { provisionedProduct = { id: 'pp-ctfiwih3iodci', name: 'my-bucket' } } = options;
  const { artifact = { bucket: 'sc-1f4e39d8d6ee2486532d12570660174a-us-east-1', key: 'out/7a4b/6041-1732629850224' } } =
    options;
  const who = {
    token: options.token ?? randomBytes(192).toString('base64'),
    operation,
    provisionedProductId: provisionedProduct.id,
    provisionedProductName: provisionedProduct.name,
  };
  const context = {
    recordId,
    launchRoleArn: options.launchRoleArn ?? 'arn:aws:iam::123456789012:role/ServiceCatalogLaunchRole',
  };
  const identity = { principal: 'AROASGNG33TL2BDDOJDZK', awsAccountId: '123456789012', organizationId: null };
  if (operation === 'TERMINATE_PROVISIONED_PRODUCT') return { ...who, ...context, identity };
  return {
    ...who,
    productId: 'prod-xayh7l3a7e66m',
    provisioningArtifactId: 'pa-qhjerwxbaulto',
    ...context,
    artifact: { path: `S3://${artifact.bucket}/${artifact.key}`, type: 'AWS_S3' },
    identity,
    parameters: pairs(options.parameters),
    tags: pairs(options.tags),
  };
}

/**
 * An SQS event with one record for each message: what an engine's function receives. Text goes in as it is. Without a
 * message it has that of {@link operationMessage}.
 */
export function operationEvent(...messages: readonly (string | object)[]): { readonly Records: readonly SqsRecord[] } {
  return {
    Records: (messages.length === 0 ? [operationMessage()] : messages).map((message) => {
      const body = typeof message === 'string' ? message : JSON.stringify(message);
      return {
        messageId: randomUUID(),
        receiptHandle: 'AQEBexample',
        body,
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: String(Date.now()),
          SenderId: 'AROAUVTKV5AU27VS32ZCQ:KovuGenericWorkflow',
          ApproximateFirstReceiveTimestamp: String(Date.now()),
        },
        messageAttributes: {},
        md5OfBody: createHash('md5').update(body).digest('hex'),
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:ServiceCatalogExternalProvisionOperationQueue',
        awsRegion: 'us-east-1',
      };
    }),
  };
}

/** One record of an SQS event. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, never>>;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/**
 * What Service Catalog asks a parameter parser; `s3://` stands in small letters here.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function parameterParserEvent(
  options: {
    readonly artifact?: { readonly bucket: string; readonly key: string };
    /** Left out where undefined, as in the administrator's view. */
    readonly launchRoleArn?: string | undefined;
  } = {},
): Readonly<Record<string, unknown>> {
  checkOptions('parameterParserEvent', options, { artifact: isArtifact, launchRoleArn: isString });
  const { artifact = { bucket: 'sc-1f4e39d8d6ee2486532d12570660174a-us-east-1', key: 'out/7a4b/6041-1732556832175' } } =
    options;
  return {
    artifact: { path: `s3://${artifact.bucket}/${artifact.key}`, type: 'AWS_S3' },
    ...(options.launchRoleArn === undefined ? {} : { launchRoleArn: options.launchRoleArn }),
  };
}

function newRecordId(): string {
  return `rec-${randomUUID().replaceAll('-', '').slice(0, 13)}`;
}

function pairs(values: Readonly<Record<string, string>> = {}) {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}
