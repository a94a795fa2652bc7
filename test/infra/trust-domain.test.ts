import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CallbackFunction,
  type CallbackService,
  CustomActionWorker,
  PipelineJobFunction,
  ProvisioningEngine,
  Ringback,
  ThirdPartyActionWorker,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import { services } from '../../lib/services.ts';
import { gateEntry, testApp, testRingback, testStack } from './fixture.ts';
import { allowedBy } from './policies.ts';

const serviceNames = services.map(({ name }) => name) as CallbackService[];
const role = (stack: Stack, id: string) =>
  new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

/** A function of every kind, with the services whose entries it may write. */
const kinds: readonly (readonly [
  string,
  (stack: Stack, ringback: Ringback) => Pick<CallbackFunction, 'grantComplete'>,
  readonly string[],
])[] = [
  [
    'a pipeline job function',
    (stack, ringback) => new PipelineJobFunction(stack, 'Fn', { entry: gateEntry, ringback }),
    ['codepipeline'],
  ],
  [
    'a custom action worker',
    (stack, ringback) =>
      new CustomActionWorker(stack, 'Fn', {
        entry: gateEntry,
        ringback,
        actionType: { category: 'Test', provider: 'Checks' },
      }),
    ['codepipeline'],
  ],
  [
    'a third-party action worker',
    (stack, ringback) =>
      new ThirdPartyActionWorker(stack, 'Fn', {
        entry: gateEntry,
        ringback,
        actionType: { category: 'Test', provider: 'Checks' },
      }),
    ['codepipeline-third-party'],
  ],
  [
    'a workflow step function',
    (stack, ringback) => new WorkflowStepFunction(stack, 'Fn', { entry: gateEntry, ringback }),
    ['transfer'],
  ],
  [
    'an engine',
    (stack, ringback) =>
      new ProvisioningEngine(stack, 'Fn', { entry: gateEntry, parserEntry: gateEntry, engine: { ringback } }).callbacks,
    ['servicecatalog'],
  ],
  [
    'any other function',
    (stack, ringback) => new CallbackFunction(stack, 'Fn', { entry: gateEntry, ringback }),
    serviceNames,
  ],
];

/** The services whose rows the policies of a role reach, by the beginnings of their keys. */
function reachable(template: Template, policy: string) {
  const [statement, ...more] = allowedBy(template, policy).filter(({ actions }) =>
    actions.join().includes('dynamodb:'),
  );
  expect(more).toEqual([]);
  expect(statement?.conditions?.Null).toEqual({ 'dynamodb:LeadingKeys': 'false' });
  const keys = [statement?.conditions?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']].flat() as string[];
  return {
    actions: statement?.actions,
    serviceNames: keys.filter((key) => !key.startsWith('state#')).map((key) => key.replace(/#\*$/, '')),
  };
}

describe('the ledger', () => {
  it.each(kinds)('lets %s write entries of its own service only', (_kind, create, own) => {
    const stack = testStack();
    create(stack, testRingback(stack));
    const policy = own.includes('servicecatalog') && own.length === 1 ? 'FnEngineRole' : 'FnRole';
    expect(reachable(Template.fromStack(stack), policy)).toEqual({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      serviceNames: own,
    });
  });

  it('lets the last resort write those of every service that there is', () => {
    const stack = testStack();
    testRingback(stack);
    expect(reachable(Template.fromStack(stack), 'RingbackLastResortRole').serviceNames.toSorted()).toEqual(
      serviceNames.toSorted(),
    );
  });
});

describe('grantComplete', () => {
  it.each(kinds)('of %s gives what complete needs of its own service, and opens no entry', (_kind, create, own) => {
    const stack = testStack();
    create(stack, testRingback(stack)).grantComplete(role(stack, 'Other'));
    expect(reachable(Template.fromStack(stack), 'OtherDefaultPolicy')).toEqual({
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      serviceNames: own,
    });
  });

  it('of a Ringback gives it for all services, and the result APIs of functions before and after it', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback });
    ringback.grantComplete(role(stack, 'Other'));
    new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback });
    const template = Template.fromStack(stack);
    expect(reachable(template, 'OtherDefaultPolicy').serviceNames.toSorted()).toEqual(serviceNames.toSorted());
    expect(allowedBy(template, 'OtherDefaultPolicy').flatMap(({ actions }) => actions)).toEqual([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'codepipeline:PutJobFailureResult',
      'codepipeline:PutJobSuccessResult',
      'transfer:SendWorkflowStepState',
    ]);
  });

  const webhook = (stack: Stack) =>
    new LambdaFunction(stack, 'Webhook', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
    });

  it('names the ledger to a function, and nothing else', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback }).grantComplete(webhook(stack));
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Code: { ZipFile: Match.anyValue() },
      Environment: {
        Variables: Match.exact({ RINGBACK_LEDGER_TABLE: { Ref: Match.stringLikeRegexp('^RingbackLedger') } }),
      },
    });
  });

  it('refuses a function that keeps another ledger, and lets it complete for two functions of one', () => {
    const stack = testStack();
    const [one, two] = ['One', 'Two'].map((id) => new Ringback(stack, id, { lastResortEntry: gateEntry })) as [
      Ringback,
      Ringback,
    ];
    const gate = new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback: one });
    const scan = new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback: one });
    const other = new PipelineJobFunction(stack, 'Other', { entry: gateEntry, ringback: two });
    const fn = webhook(stack);
    gate.grantComplete(fn);
    scan.grantComplete(fn);
    scan.grantComplete(gate);
    const message = 'Test/Webhook keeps the ledger of Test/One, and a process has one';
    expect(() => other.grantComplete(fn)).toThrow(message);
    expect(() => two.grantComplete(fn)).toThrow(message);
    expect(() => other.grantComplete(gate)).toThrow('Test/Gate keeps the ledger of Test/One');
  });
});

describe('in the local cloud', () => {
  let cloud: LocalCloud;
  let client: DynamoDBClient;
  let TableName: string;

  beforeAll(async () => {
    const app = testApp();
    const stack = new Stack(app, 'Test');
    const ringback = testRingback(stack);
    new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback }).grantComplete(role(stack, 'Other'));
    app.synth();
    cloud = await createLocalCloud();
    const deployment = await cloud.deploy({ assembly: app.outdir });
    TableName = deployment.find('Test/Ringback/Ledger').physicalId;
    const credentials = cloud.identity.issue(String(deployment.find('Test/Other').attributes.Arn), {
      sessionName: 'test',
    });
    client = new DynamoDBClient({ endpoint: cloud.endpoint, region: cloud.region, credentials });
  });
  afterAll(async () => {
    client?.destroy();
    await cloud?.stop();
  });

  const Key = (id: string) => ({ TableName, Key: { id: { S: id } } });
  const decide = (id: string) =>
    client.send(
      new UpdateItemCommand({
        ...Key(id),
        UpdateExpression: 'SET #data = :data',
        ExpressionAttributeNames: { '#data': 'data' },
        ExpressionAttributeValues: { ':data': { S: '{}' } },
      }),
    );

  it('who completes jobs decides and reads entries of jobs', async () => {
    await decide('codepipeline#1');
    expect((await client.send(new GetItemCommand(Key('codepipeline#1')))).Item?.data).toEqual({ S: '{}' });
  });

  it.each([
    ['decides a step', () => decide('transfer#1')],
    ['decides a job of a third party', () => decide('codepipeline-third-party#1')],
    ['opens an entry', () => client.send(new PutItemCommand({ TableName, Item: { id: { S: 'codepipeline#2' } } }))],
    ['lists entries', () => client.send(new ScanCommand({ TableName }))],
  ])('but never %s', async (_what, request) => {
    await expect(request()).rejects.toThrow(/not authorized/);
  });
});
