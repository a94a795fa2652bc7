import type { HandlerKind, HandlerNames } from './kind.ts';
import type { TestRunner } from './test-runner.ts';

/** A provisioning engine of Service Catalog, and its parameter parser. */
export const provisioningEngineKind: HandlerKind = {
  summary: 'a provisioning engine of Service Catalog, and its parameter parser',
  events: ({ file }) => ({
    [`handlers/${file}.ts`]: 'servicecatalog-provision',
    [`handlers/${file}-parameters.ts`]: 'servicecatalog-parameters',
  }),
  packages: ['@aws-sdk/client-s3'],
  files: ({ file }) => ({
    [`handlers/${file}.ts`]: engineSource,
    [`handlers/${file}-parameters.ts`]: parserSource,
  }),
  test: testSource,
  infra: ({ file, variable, construct }) => `
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LaunchRole, ProvisioningEngine } from 'ringback/infra';

new ProvisioningEngine(this, '${construct}', {
  entry: 'handlers/${file}.ts',
  parserEntry: 'handlers/${file}-parameters.ts',
});
// Launch constraints name it by LocalRoleName. Every account that provisions needs one of this name.
const ${variable}Role = new LaunchRole(this, '${construct}LaunchRole', {
  roleName: 'SCLaunch${construct}',
});
${variable}Role.addToPolicy(
  new PolicyStatement({
    actions: ['s3:CreateBucket', 's3:DeleteBucket', 's3:PutBucketTagging', 's3:PutBucketVersioning'],
    resources: ['arn:aws:s3:::pp-*'],
  }),
);
`,
};

const engineSource = `
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  ConfigurationError,
  type ProvisioningOperation,
  provisioningEngine,
  succeed,
  type TerminateOperation,
} from 'ringback/servicecatalog';

/** Each product is a bucket, made as the product's launch role. Its parameter Versioning is Enabled or Suspended. */
export const handler = provisioningEngine({
  async provision(operation) {
    const Bucket = bucketOf(operation);
    await s3Of(operation).send(new CreateBucketCommand({ Bucket }), { abortSignal: operation.signal });
    // Service Catalog finds a product's resources by the tracer tag.
    const TagSet = [{ Key: operation.tracerTag.key, Value: operation.tracerTag.value }];
    const command = new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } });
    await s3Of(operation).send(command, { abortSignal: operation.signal });
    return setVersioning(operation);
  },
  update: setVersioning,
  async terminate(operation) {
    const command = new DeleteBucketCommand({ Bucket: bucketOf(operation) });
    await s3Of(operation).send(command, { abortSignal: operation.signal });
  },
});

async function setVersioning(operation: ProvisioningOperation) {
  const { Versioning: Status = 'Enabled' } = operation.parameters;
  if (Status !== 'Enabled' && Status !== 'Suspended') {
    throw new ConfigurationError(\`Versioning must be Enabled or Suspended, but is \${Status}\`);
  }
  const Bucket = bucketOf(operation);
  const command = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } });
  await s3Of(operation).send(command, { abortSignal: operation.signal });
  return succeed({ outputs: { BucketName: Bucket } });
}

function s3Of(operation: TerminateOperation): S3Client {
  return new S3Client({ credentials: () => operation.launchRoleCredentials() });
}

function bucketOf({ provisionedProduct, identity }: TerminateOperation): string {
  return \`\${provisionedProduct.id}-\${identity.awsAccountId}\`.toLowerCase();
}
`;

const parserSource = `
import { parameterParser } from 'ringback/servicecatalog';

/** Tells Service Catalog which parameters it shall ask of whoever wants the product. */
export const handler = parameterParser(() => [
  { key: 'Versioning', defaultValue: 'Enabled', description: 'Enabled keeps old versions, Suspended does not' },
]);
`;

function testSource({ file }: HandlerNames, { imports, equal, handler }: TestRunner): string {
  return `
${imports('afterEach', 'beforeEach', 'test')}import { GetBucketTaggingCommand, GetBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import {
  lambdaContext,
  operationEvent,
  operationMessage,
  parameterParserEvent,
  type RecordingService,
  recordAnswers,
} from 'ringback/testing';
import { handler } from '${handler(file)}';
import { handler as parser } from '${handler(`${file}-parameters`)}';

const Bucket = 'pp-example1-123456789012';
const provisionedProduct = { id: 'pp-example1', name: 'reports' };
let service: RecordingService;

beforeEach(async () => {
  service = await recordAnswers();
});
afterEach(() => service.close());

type Operation = 'PROVISION_PRODUCT' | 'UPDATE_PROVISIONED_PRODUCT' | 'TERMINATE_PROVISIONED_PRODUCT';

/** Has an operation done, and gives what Service Catalog was told. */
async function play(operation: Operation, parameters = {}) {
  await handler(operationEvent(operationMessage({ operation, provisionedProduct, parameters })), lambdaContext());
  return service.answers.at(-1)?.input;
}
const versioning = async () => (await new S3Client().send(new GetBucketVersioningCommand({ Bucket }))).Status;

test('makes a bucket, changes it, and takes it away', async () => {
  const made = await play('PROVISION_PRODUCT');
  ${equal(
    '[made?.Status, made?.Outputs]',
    `[
    'SUCCEEDED',
    [{ OutputKey: 'BucketName', OutputValue: Bucket }],
  ]`,
  )}
  ${equal('await versioning()', "'Enabled'")}
  const { TagSet } = await new S3Client().send(new GetBucketTaggingCommand({ Bucket }));
  ${equal('TagSet', "[{ Key: 'SERVICE_CATALOG_TERRAFORM_INTEGRATION-DO_NOT_DELETE', Value: 'pp-example1' }]")}
  const changed = await play('UPDATE_PROVISIONED_PRODUCT', { Versioning: 'Suspended' });
  ${equal('[changed?.Status, await versioning()]', "['SUCCEEDED', 'Suspended']")}
  const gone = await play('TERMINATE_PROVISIONED_PRODUCT');
  ${equal('[gone?.Status, await versioning().catch(({ name }) => name)]', "['SUCCEEDED', 'NoSuchBucket']")}
});

test('says which value it does not take', async () => {
  await play('PROVISION_PRODUCT');
  const told = await play('UPDATE_PROVISIONED_PRODUCT', { Versioning: 'yes' });
  const reason = 'Versioning must be Enabled or Suspended, but is yes';
  ${equal('[told?.Status, String(told?.FailureReason).includes(reason)]', "['FAILED', true]")}
});

test('asks for Versioning', async () => {
  const { parameters } = await parser(parameterParserEvent(), lambdaContext());
  ${equal('parameters.map(({ key, defaultValue }) => [key, defaultValue])', "[['Versioning', 'Enabled']]")}
});
`;
}
