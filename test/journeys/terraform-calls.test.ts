import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../lib/local/index.ts';
import { signedFor } from '../unit/local/wire/open-wire.ts';
import { bundleToZip } from './bundle-to-zip.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TARGETS: Readonly<Record<string, string>> = {
  cloudcontrolapi: 'CloudApiService',
  codepipeline: 'CodePipeline_20150709',
  dynamodb: 'DynamoDB_20120810',
  events: 'AWSEvents',
  logs: 'Logs_20140328',
  monitoring: 'GraniteServiceVersion20100801',
  sqs: 'AmazonSQS',
  transfer: 'TransferService',
};
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:123456789012:${rest}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const QUEUES = ['dead-letters', 'last-resort'];
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** The types of resources that the module declares, read off its files. */
function moduleTypes(): string[] {
  const folder = path.join(root, 'examples/terraform');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tf'));
  const texts = files.map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n');
  return [...new Set([...texts.matchAll(/^resource "(\w+)"/gm)].map(([, type = '']) => type))].sort();
}

/** The gate's bundle, as the module expects it. */
const gateBundle = async () =>
  (await bundleToZip({ entryPoints: [path.join(root, 'handlers/deployment-gate.ts')] })).toString('base64');

/** A site that is healthy. */
async function startSite(): Promise<string> {
  const site = createServer((_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void site.close());
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
}

it('has every call of the Terraform module: each of its types is made, and a job is answered by what was made', async () => {
  const cloud = await createLocalCloud({ speed: 100 });
  onTestFinished(() => cloud.stop());

  async function send(service: string, method: string, at: string, headers: object, body?: string | URLSearchParams) {
    const response = await fetch(`${cloud.endpoint}${at}`, {
      method,
      headers: { authorization: signedFor(service), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    expect([response.status, text], `${service} ${method} ${at}`).toEqual([expect.toSatisfy((s) => s < 300), text]);
    return text.startsWith('{') ? JSON.parse(text) : text;
  }
  const json = (service: string, operation: string, input: object) =>
    send(service, 'POST', '/', { 'x-amz-target': `${TARGETS[service]}.${operation}` }, JSON.stringify(input));
  const iam = (Action: string, parameters: Readonly<Record<string, string>>) =>
    send('iam', 'POST', '/', {}, new URLSearchParams({ Action, ...parameters }));
  const s3 = (at: string, body?: string) => send('s3', 'PUT', at, {}, body);
  const lambda = (method: string, at: string, input?: object) => send('lambda', method, at, {}, JSON.stringify(input));

  const url = await startSite();
  const trust = (service: string) =>
    policy({ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' });
  const gate = '/2015-03-31/functions/gate';

  /** What makes one resource of each type, in an order that works. */
  const makers: Readonly<Record<string, () => Promise<unknown>>> = {
    async aws_dynamodb_table() {
      await json('dynamodb', 'CreateTable', {
        TableName: 'ledger',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      });
      const TimeToLiveSpecification = { AttributeName: 'expiration', Enabled: true };
      await json('dynamodb', 'UpdateTimeToLive', { TableName: 'ledger', TimeToLiveSpecification });
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
      await json('dynamodb', 'UpdateContinuousBackups', { TableName: 'ledger', PointInTimeRecoverySpecification });
    },
    async aws_sqs_queue() {
      const [last = '', next = ''] = QUEUES;
      await json('sqs', 'CreateQueue', { QueueName: last, Attributes: { MessageRetentionPeriod: '1209600' } });
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('sqs', last), maxReceiveCount: 6 });
      await json('sqs', 'CreateQueue', { QueueName: next, Attributes: { RedrivePolicy, VisibilityTimeout: '180' } });
    },
    async aws_sqs_queue_policy() {
      const insecure = { Bool: { 'aws:SecureTransport': 'false' } };
      for (const name of QUEUES) {
        const { QueueUrl } = await json('sqs', 'GetQueueUrl', { QueueName: name });
        const Resource = arn('sqs', name);
        const Policy = policy({ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource, Condition: insecure });
        await json('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
      }
    },
    aws_cloudwatch_log_group: async () => {
      await json('logs', 'CreateLogGroup', { logGroupName: '/aws/lambda/gate' });
      await json('logs', 'PutRetentionPolicy', { logGroupName: '/aws/lambda/gate', retentionInDays: 30 });
    },
    async aws_iam_role() {
      for (const [RoleName, service] of [
        ['gate', 'lambda'],
        ['pipeline', 'codepipeline'],
        ['hooks', 'hooks.cloudformation'],
      ] as const) {
        await iam('CreateRole', { RoleName, AssumeRolePolicyDocument: trust(service) });
      }
    },
    async aws_iam_role_policy() {
      await iam('PutRolePolicy', {
        RoleName: 'gate',
        PolicyName: 'handler',
        PolicyDocument: policy(
          { Effect: 'Allow', Action: 'sqs:*', Resource: arn('sqs', 'last-resort') },
          {
            Effect: 'Allow',
            Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
            Resource: arn('dynamodb', 'table/ledger'),
            Condition: {
              'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['codepipeline#*'] },
              Null: { 'dynamodb:LeadingKeys': 'false' },
            },
          },
          { Effect: 'Allow', Action: ['codepipeline:GetJobDetails', 'codepipeline:Put*'], Resource: '*' },
        ),
      });
      await iam('PutRolePolicy', {
        RoleName: 'pipeline',
        PolicyName: 'actions',
        PolicyDocument: policy(
          { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arn('lambda', 'function:gate') },
          { Effect: 'Allow', Action: ['lambda:ListFunctions', 's3:*'], Resource: '*' },
        ),
      });
    },
    async aws_lambda_function() {
      await lambda('POST', '/2015-03-31/functions', {
        FunctionName: 'gate',
        Role: role('gate'),
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Architectures: ['arm64'],
        MemorySize: 512,
        Timeout: 30,
        Environment: {
          Variables: { RINGBACK_LEDGER_TABLE: 'ledger', RINGBACK_LAST_RESORT: 'true', RINGBACK_ON_CRASH: 'fail' },
        },
        Code: { ZipFile: await gateBundle() },
      });
      const active = async () => (await lambda('GET', `${gate}/configuration`)).State;
      await expect.poll(active).toBe('Active');
    },
    aws_lambda_function_recursion_config: () =>
      lambda('PUT', '/2024-08-31/functions/gate/recursion-config', { RecursiveLoop: 'Allow' }),
    aws_lambda_function_event_invoke_config: () =>
      lambda('PUT', '/2019-09-25/functions/gate/event-invoke-config', {
        MaximumEventAgeInSeconds: 1050,
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: arn('sqs', 'last-resort') } },
      }),
    aws_lambda_event_source_mapping: () =>
      lambda('POST', '/2015-03-31/event-source-mappings', {
        EventSourceArn: arn('sqs', 'last-resort'),
        FunctionName: arn('lambda', 'function:gate'),
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        Enabled: false,
      }),
    async aws_cloudwatch_event_rule() {
      await json('events', 'PutRule', { Name: 'clock', ScheduleExpression: 'rate(1 hour)' });
    },
    aws_cloudwatch_event_target: () =>
      json('events', 'PutTargets', {
        Rule: 'clock',
        Targets: [
          {
            Id: 'gate',
            Arn: arn('lambda', 'function:gate'),
            RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 2 },
          },
        ],
      }),
    aws_lambda_permission: () =>
      lambda('POST', `${gate}/policy`, {
        StatementId: 'clock',
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: arn('events', 'rule/clock'),
      }),
    async aws_s3_bucket() {
      await s3('/files');
    },
    async aws_s3_bucket_versioning() {
      const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
      await s3('/files?versioning', body);
      await s3('/files/source.zip', 'any bytes');
    },
    aws_codepipeline_custom_action_type: () =>
      json('codepipeline', 'CreateCustomActionType', {
        category: 'Test',
        provider: 'SmokeTest',
        version: '1',
        inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
        outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
        configurationProperties: [{ name: 'site', required: true, key: true, secret: false, queryable: false }],
      }),
    aws_codepipeline: () => json('codepipeline', 'CreatePipeline', { pipeline: pipeline(url) }),
    aws_cloudwatch_metric_alarm: () =>
      json('monitoring', 'PutMetricAlarm', {
        AlarmName: 'DeliveriesWaitAlarm',
        EvaluationPeriods: 1,
        Threshold: 3600,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
        Metrics: [{ Id: 'all', Expression: 'MAX([1])', ReturnData: true }],
      }),
    aws_transfer_workflow: () =>
      json('transfer', 'CreateWorkflow', {
        Steps: [
          {
            Type: 'CUSTOM',
            CustomStepDetails: {
              Name: 'scan',
              Target: arn('lambda', 'function:gate'),
              TimeoutSeconds: 900,
              SourceFileLocation: `\${previous.file}`,
            },
          },
        ],
      }),
    aws_cloudcontrolapi_resource: () =>
      json('cloudcontrolapi', 'CreateResource', {
        TypeName: 'AWS::CloudFormation::LambdaHook',
        DesiredState: JSON.stringify({
          Alias: 'Ringback::Example::BucketHook',
          LambdaFunction: arn('lambda', 'function:gate'),
          ExecutionRole: role('hooks'),
          FailureMode: 'WARN',
          HookStatus: 'ENABLED',
          TargetOperations: ['RESOURCE'],
        }),
      }),
  };

  expect(Object.keys(makers).sort()).toEqual(moduleTypes());
  for (const make of Object.values(makers)) await make();

  const { pipelineExecutionId } = await json('codepipeline', 'StartPipelineExecution', { name: 'shop' });
  expect(await cloud.codepipeline.waitForExecution('shop', pipelineExecutionId)).toMatchObject({ status: 'Succeeded' });
  const { actionExecutionDetails } = await json('codepipeline', 'ListActionExecutions', { pipelineName: 'shop' });
  expect(actionExecutionDetails).toContainEqual(
    expect.objectContaining({
      actionName: 'Gate',
      status: 'Succeeded',
      output: expect.objectContaining({ outputVariables: { Attempts: '1', Status: '200' } }),
    }),
  );
}, 300_000);

const action = (name: string, category: string, provider: string, more: object) => ({
  name,
  actionTypeId: { category, owner: 'AWS', provider, version: '1' },
  ...more,
});
const pipeline = (url: string) => ({
  name: 'shop',
  pipelineType: 'V2',
  roleArn: role('pipeline'),
  artifactStore: { type: 'S3', location: 'files' },
  stages: [
    {
      name: 'Source',
      actions: [
        action('Source', 'Source', 'S3', {
          configuration: { S3Bucket: 'files', S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
          outputArtifacts: [{ name: 'Source' }],
        }),
      ],
    },
    {
      name: 'Checks',
      actions: [
        action('Gate', 'Invoke', 'Lambda', {
          configuration: { FunctionName: 'gate', UserParameters: JSON.stringify({ url }) },
          namespace: 'gate',
        }),
      ],
    },
  ],
});
