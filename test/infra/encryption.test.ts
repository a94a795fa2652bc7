import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  copyStep,
  PipelineJobFunction,
  ProvisioningEngine,
  type Ringback,
  TransferWorkflow,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry, testRingback, testStack } from './fixture.ts';
import { allowedBy, allowedStatements } from './policies.ts';

/** What DynamoDB asks of the caller of a table. */
const LEDGER = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];
/** What SQS asks of whoever sends, Lambda in the place of a function included. */
const SEND = ['kms:Decrypt', 'kms:GenerateDataKey'];
/** What SQS asks of whoever receives, the poller of an event source mapping included. */
const RECEIVE = ['kms:Decrypt'];

let stack: Stack;
let ringback: Ringback;

beforeEach(() => {
  stack = testStack();
  ringback = testRingback(stack, { encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }) });
});

/** What a role may do with a key, statement by statement. */
function keyGrants(policy: string, key = 'Key') {
  return allowedBy(Template.fromStack(stack), policy)
    .filter(({ actions }) => actions.some((action) => action.startsWith('kms:')))
    .map(({ actions, resources }) => {
      expect(resources).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(`^${key}`), 'Arn'] }]);
      return actions;
    });
}

describe("under a customer's key", () => {
  it('lie the ledger and every queue', () => {
    new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback });
    const template = Template.fromStack(stack);
    const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key },
    });
    template.resourceCountIs('AWS::SQS::Queue', 3);
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: key });
  });

  it('a function sends to the last resort and uses the ledger', () => {
    new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback });
    expect(keyGrants('GateRole')).toEqual([SEND, LEDGER]);
  });

  it('a function puts deliveries off, and takes them back', () => {
    new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback });
    expect(keyGrants('ScanRole')).toEqual([SEND, LEDGER, RECEIVE]);
  });

  it('the last resort uses the ledger and takes from its queue', () => {
    new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback });
    expect(keyGrants('RingbackLastResortRole')).toEqual([LEDGER, RECEIVE]);
  });

  it('the last resort puts deliveries off, where a function does', () => {
    new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback });
    expect(keyGrants('RingbackLastResortRole')).toEqual([LEDGER, RECEIVE, SEND]);
  });

  it('who may complete uses the ledger, and the queues of nobody', () => {
    const other = new Role(stack, 'Other', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback }).grantComplete(other);
    expect(keyGrants('OtherDefaultPolicy')).toEqual([LEDGER]);
  });

  it('an engine takes operations from queues under a key of their own', () => {
    const encryptionKey = new Key(stack, 'Own', { enableKeyRotation: true });
    const engine = { ringback };
    new ProvisioningEngine(stack, 'Engine', { entry: gateEntry, parserEntry: gateEntry, engine, encryptionKey });
    const own = allowedBy(Template.fromStack(stack), 'EngineEngineRole').filter(({ resources }) =>
      JSON.stringify(resources).includes('"Own'),
    );
    expect(own.map(({ actions }) => actions)).toEqual([RECEIVE]);
  });

  it('no pattern of actions is allowed', () => {
    new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback });
    const actions = allowedStatements(Template.fromStack(stack)).flatMap((statement) => statement.actions);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });
});

describe('a workflow between buckets under keys', () => {
  it('reads the one, writes and reads the other, and every version of an object', () => {
    const bucket = (id: string) =>
      new Bucket(stack, id, { encryptionKey: new Key(stack, `${id}Key`, { enableKeyRotation: true }) }) as IBucket;
    const [uploads, store] = [bucket('Uploads'), bucket('Store')];
    new TransferWorkflow(stack, 'Workflow', {
      uploads: [{ bucket: uploads, key: 'in/' }],
      steps: [copyStep({ name: 'keep', destination: { bucket: store, key: 'kept/' } })],
    });
    const template = Template.fromStack(stack);
    const allowed = allowedBy(template, 'WorkflowRole');
    const on = (what: string) =>
      allowed.filter(({ resources }) => JSON.stringify(resources).includes(what)).map(({ actions }) => actions);
    const read = ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'];
    expect(on('/in/*')).toEqual([read]);
    expect(on('/kept/*')).toEqual([['s3:PutObject', 's3:PutObjectTagging'], read]);
    expect(on('UploadsKey')).toEqual([['kms:Decrypt']]);
    expect(on('StoreKey')).toEqual([['kms:Decrypt', 'kms:GenerateDataKey'], ['kms:Decrypt']]);
  });
});
