/**
 * The condition keys whose absence from a request means what it means in AWS. A key that is neither here nor in the
 * request is not simulated: nobody can tell whether AWS would have sent it.
 */
const GLOBAL_KEYS: ReadonlySet<string> = new Set(
  [
    'CalledVia',
    'CalledViaFirst',
    'CalledViaLast',
    'CurrentTime',
    'EpochTime',
    'FederatedProvider',
    'MultiFactorAuthAge',
    'MultiFactorAuthPresent',
    'PrincipalAccount',
    'PrincipalArn',
    'PrincipalIsAWSService',
    'PrincipalServiceName',
    'PrincipalServiceNamesList',
    'PrincipalType',
    'Referer',
    'RequestedRegion',
    'ResourceAccount',
    'SecureTransport',
    'SourceAccount',
    'SourceArn',
    'SourceIdentity',
    'SourceIp',
    'SourceVpc',
    'SourceVpce',
    'TagKeys',
    'TokenIssueTime',
    'UserAgent',
    'userid',
    'username',
    'ViaAWSService',
    'VpcSourceIp',
  ].map((name) => `aws:${name.toLowerCase()}`),
);

/** Keys of single services; a name that ends in `/` or `:` stands for all that begin with it. */
const SERVICE_KEYS: readonly string[] = [
  'aws:PrincipalTag/',
  'aws:RequestTag/',
  'dynamodb:Attributes',
  'dynamodb:LeadingKeys',
  'dynamodb:ReturnConsumedCapacity',
  'dynamodb:ReturnValues',
  'dynamodb:Select',
  'events:detail-type',
  'events:source',
  'iam:ResourceTag/',
  'kms:CallerAccount',
  'kms:EncryptionContext:',
  'kms:ViaService',
  // Alexa and function URLs are not simulated, so that no request comes from them.
  'lambda:EventSourceToken',
  'lambda:FunctionUrlAuthType',
  'lambda:InvokedViaFunctionUrl',
  'lambda:SourceFunctionArn',
  's3:authType',
  's3:delimiter',
  's3:ExistingObjectTag/',
  's3:if-match',
  's3:if-none-match',
  's3:max-keys',
  's3:prefix',
  's3:RequestObjectTag/',
  's3:RequestObjectTagKeys',
  's3:signatureversion',
  's3:VersionId',
  's3:x-amz-acl',
  's3:x-amz-content-sha256',
  's3:x-amz-copy-source',
  's3:x-amz-grant-full-control',
  's3:x-amz-grant-read',
  's3:x-amz-grant-read-acp',
  's3:x-amz-grant-write',
  's3:x-amz-grant-write-acp',
  's3:x-amz-metadata-directive',
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:x-amz-server-side-encryption-customer-algorithm',
  's3:x-amz-storage-class',
  's3:x-amz-website-redirect-location',
  'secretsmanager:Description',
  'secretsmanager:KmsKeyId',
  'secretsmanager:Name',
  'secretsmanager:ResourceTag/',
  'secretsmanager:SecretId',
  'secretsmanager:VersionId',
  'secretsmanager:VersionStage',
  'sts:ExternalId',
  'sts:RoleSessionName',
  'sts:SourceIdentity',
  'sts:TransitiveTagKeys',
].map((name) => name.toLowerCase());

/** The services whose resources tell their tags. */
const TAGGED_SERVICES: ReadonlySet<string> = new Set(['dynamodb', 'secretsmanager', 'sts']);

/** Whether a request for an action would have this key if AWS's had it. */
export function isSimulatedKey(key: string, action: string): boolean {
  const name = key.toLowerCase();
  if (GLOBAL_KEYS.has(name)) return true;
  if (name.startsWith('aws:resourcetag/')) return TAGGED_SERVICES.has(action.split(':')[0]?.toLowerCase() ?? '');
  return SERVICE_KEYS.some((known) => (/[/:]$/.test(known) ? name.startsWith(known) : name === known));
}
