import { each, harmless, type MemberKnowledge, simulated, simulatedWhen } from './property.ts';

const TAGS = harmless('nothing reads the tags of these');
const METRICS = harmless('metrics are not kept');
const BACKUPS = harmless('a run makes no backup and restores none');

const table: MemberKnowledge = {
  ...each(
    [
      'TableName',
      'KeySchema',
      'AttributeDefinitions',
      'BillingMode',
      'GlobalSecondaryIndexes',
      'LocalSecondaryIndexes',
      'TimeToLiveSpecification',
    ],
    simulated,
  ),
  SSESpecification: simulatedWhen('keys that AWS manages', (value) => !Object.hasOwn(Object(value), 'KMSMasterKeyId')),
  TableClass: harmless('it decides a price'),
  WarmThroughput: harmless('a table takes what this machine can'),
};

/** What is known of the properties of the resources of S3, DynamoDB and Secrets Manager. */
export const storageProperties: Readonly<Record<string, MemberKnowledge>> = {
  'AWS::S3::Bucket': {
    ...each(['BucketName', 'VersioningConfiguration', 'BucketEncryption', 'Tags'], simulated),
    NotificationConfiguration: { EventBridgeConfiguration: simulated },
    AccessControl: simulatedWhen('Private, LogDeliveryWrite', (value) =>
      ['Private', 'LogDeliveryWrite'].includes(String(value)),
    ),
    LifecycleConfiguration: harmless('it acts after a day at the earliest'),
    LoggingConfiguration: harmless('access logs are not written, and nothing reads them'),
    PublicAccessBlockConfiguration: harmless('nobody but this machine reaches the bucket'),
    OwnershipControls: harmless('there are no access control lists'),
    CorsConfiguration: harmless('no browser asks'),
    ...each(['MetricsConfigurations', 'InventoryConfigurations', 'AnalyticsConfigurations'], METRICS),
    IntelligentTieringConfigurations: harmless('it decides a price'),
    AccelerateConfiguration: harmless('it decides a way through the network'),
  },
  'AWS::S3::BucketPolicy': each(['Bucket', 'PolicyDocument'], simulated),
  'AWS::DynamoDB::Table': {
    ...table,
    ...each(['ProvisionedThroughput', 'DeletionProtectionEnabled', 'ResourcePolicy'], simulated),
    PointInTimeRecoverySpecification: BACKUPS,
    ContributorInsightsSpecification: METRICS,
    OnDemandThroughput: harmless('a table takes what this machine can'),
    Tags: TAGS,
  },
  'AWS::DynamoDB::GlobalTable': {
    ...table,
    Replicas: {
      ...each(['Region', 'DeletionProtectionEnabled', 'ResourcePolicy'], simulated),
      PointInTimeRecoverySpecification: BACKUPS,
      ContributorInsightsSpecification: METRICS,
      TableClass: harmless('it decides a price'),
      Tags: TAGS,
    },
    WriteProvisionedThroughputSettings: harmless('a table takes what this machine can'),
    WriteOnDemandThroughputSettings: harmless('a table takes what this machine can'),
  },
  'AWS::SecretsManager::Secret': {
    ...each(['Name', 'Description', 'KmsKeyId', 'Tags', 'SecretString', 'GenerateSecretString'], simulated),
    ReplicaRegions: harmless('actions of all Regions run in this one'),
  },
  'AWS::SecretsManager::ResourcePolicy': {
    ...each(['SecretId', 'ResourcePolicy'], simulated),
    BlockPublicPolicy: harmless('it is checked when the policy is put in AWS'),
  },
};
