import { Duration, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { type IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import {
  AdoptedFunction,
  CallbackFunction,
  CustomActionWorker,
  PipelineJobFunction,
  ProvisioningEngine,
  ResourceHookFunction,
  Ringback,
  ThirdPartyActionWorker,
  TransferWorkflow,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry, testRingback, testStack } from './fixture.ts';
import { checks, ownFunction } from './own-function.ts';
import { allowedStatements } from './policies.ts';

const actionsOf = (stack: Stack, policy: string) =>
  allowedStatements(Template.fromStack(stack))
    .filter((statement) => statement.policy.startsWith(policy))
    .flatMap(({ actions }) => actions)
    .filter((action) => !action.startsWith('logs:'));

const resources = (stack: Stack, type: string) =>
  Object.values(Template.fromStack(stack).findResources(type)).map(({ Properties }) => Properties);

describe("a function of the user's own", () => {
  const kinds: readonly (readonly [
    string,
    (stack: Stack, ringback: Ringback) => unknown,
    (fn: IFunction, ringback: Ringback) => unknown,
  ])[] = [
    [
      'a pipeline job function',
      (stack, ringback) => new PipelineJobFunction(stack, 'Own', { entry: gateEntry, ringback }),
      (fn, ringback) => PipelineJobFunction.adopt(fn, { ringback }),
    ],
    [
      'a workflow step function',
      (stack, ringback) => new WorkflowStepFunction(stack, 'Own', { entry: gateEntry, ringback, failureTag: 'why' }),
      (fn, ringback) => WorkflowStepFunction.adopt(fn, { ringback, failureTag: 'why' }),
    ],
    [
      'any other callback function',
      (stack, ringback) => new CallbackFunction(stack, 'Own', { entry: gateEntry, ringback }),
      (fn, ringback) => new AdoptedFunction(fn, { ringback }),
    ],
    [
      'a custom action worker',
      (stack, ringback) => new CustomActionWorker(stack, 'Own', { entry: gateEntry, ringback, ...checks }),
      (fn, ringback) => CustomActionWorker.adopt(fn, { ringback, ...checks }),
    ],
    [
      'a third-party action worker',
      (stack, ringback) => new ThirdPartyActionWorker(stack, 'Own', { entry: gateEntry, ringback, ...checks }),
      (fn, ringback) => ThirdPartyActionWorker.adopt(fn, { ringback, ...checks }),
    ],
  ];

  it.each(kinds)('gets what %s has: variables, permissions, settings, queues and alarms', (_kind, make, adopt) => {
    const [made, own] = [testStack(), testStack()];
    make(made, testRingback(made, { alarmTopic: new Topic(made, 'Topic') }));
    const ringback = testRingback(own, { alarmTopic: new Topic(own, 'Topic') });
    adopt(ownFunction(own), ringback);

    const variables = (stack: Stack) =>
      Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function'))
        .filter(([id]) => id.startsWith('Own'))
        .flatMap(([, { Properties }]) => Object.keys(Properties.Environment.Variables));
    expect(variables(own)).toEqual(variables(made));
    expect(variables(own)).toContain('RINGBACK_LEDGER_TABLE');
    expect(actionsOf(own, 'Own')).toEqual(actionsOf(made, 'Own'));
    expect(actionsOf(own, 'Ringback')).toEqual(actionsOf(made, 'Ringback'));
    for (const type of [
      'AWS::SQS::Queue',
      'AWS::CloudWatch::Alarm',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Events::Rule',
      'AWS::Logs::MetricFilter',
      'AWS::CodePipeline::CustomActionType',
    ]) {
      expect(resources(own, type).length, type).toBe(resources(made, type).length);
    }
    const settings = (stack: Stack) =>
      resources(stack, 'AWS::Lambda::EventInvokeConfig').map((config) => [
        config.MaximumEventAgeInSeconds,
        config.MaximumRetryAttempts,
        Object.keys(config.DestinationConfig),
      ]);
    expect(settings(own)).toEqual(settings(made));
  });

  it('takes the choices that our own functions take', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    const choices = { ringback, onCrash: 'retry', retryAttempts: 0, maxEventAge: Duration.minutes(5) } as const;
    PipelineJobFunction.adopt(ownFunction(stack), choices);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 300,
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ RINGBACK_ON_CRASH: 'retry' }) },
    });
  });

  it('is bundled by the CDK itself where it is a NodejsFunction, and takes the Ringback of its stack', () => {
    const stack = testStack();
    stack.node.setContext('aws:cdk:bundling-stacks', []);
    PipelineJobFunction.adopt(
      new NodejsFunction(stack, 'Own', {
        entry: gateEntry,
        projectRoot: '.',
        runtime: Runtime.NODEJS_24_X,
        timeout: Duration.seconds(20),
      }),
    );
    expect(stack.node.findChild('Ringback')).toBeInstanceOf(Ringback);
    // 20 minutes, less its timeout, less 2 minutes.
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumEventAgeInSeconds: 1060,
    });
  });

  it('lets others complete what it deferred', () => {
    const stack = testStack();
    const gate = PipelineJobFunction.adopt(ownFunction(stack), { ringback: testRingback(stack) });
    gate.grantComplete(ownFunction(stack, {}, 'Webhook'));
    expect(actionsOf(stack, 'Webhook')).toEqual([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'codepipeline:PutJobFailureResult',
      'codepipeline:PutJobSuccessResult',
    ]);
  });

  it('does the job of a pipeline action', () => {
    const stack = testStack();
    const gate = PipelineJobFunction.adopt(ownFunction(stack), { ringback: testRingback(stack) });
    const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
    const source = { bucket, bucketKey: 'source.zip', output: new Artifact(), trigger: S3Trigger.NONE };
    new Pipeline(stack, 'Pipeline', {
      pipelineType: PipelineType.V2,
      stages: [
        { stageName: 'Source', actions: [new S3SourceAction({ actionName: 'Source', ...source })] },
        { stageName: 'Gate', actions: [gate.action({ actionName: 'Gate' })] },
      ],
    });
    Template.fromStack(stack).hasResourceProperties('AWS::CodePipeline::Pipeline', {
      Stages: Match.arrayWith([
        Match.objectLike({
          Actions: [Match.objectLike({ Configuration: { FunctionName: { Ref: Match.stringLikeRegexp('^Own') } } })],
        }),
      ]),
    });
  });

  it('does a custom step of a workflow, which may invoke it', () => {
    const stack = testStack();
    const bucket = new Bucket(stack, 'Files') as IBucket;
    const scan = WorkflowStepFunction.adopt(ownFunction(stack), { ringback: testRingback(stack) });
    scan.readsFrom(bucket);
    const step = scan.step({ name: 'scan', timeout: Duration.minutes(10) });
    new TransferWorkflow(stack, 'Workflow', { uploads: [{ bucket }], steps: [step] });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Transfer::Workflow', {
      Steps: [{ CustomStepDetails: { Target: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Own'), 'Arn'] } } }],
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ RINGBACK_STEP_TIMEOUT_SECONDS: '600' }) },
    });
    expect(actionsOf(stack, 'Own')).toContain('s3:GetObject');
    expect(actionsOf(stack, 'Workflow')).toContain('lambda:InvokeFunction');
  });

  it('does the jobs of a custom action type, which a pipeline names', () => {
    const stack = testStack();
    const jobs = CustomActionWorker.adopt(ownFunction(stack), { ringback: testRingback(stack), ...checks });
    expect(jobs.action({ actionName: 'Check', configuration: { Key: 'x' } }).actionProperties).toMatchObject({
      owner: 'Custom',
      provider: 'Checks',
      version: '1',
    });
    expect(() => jobs.action({ actionName: 'Check' })).toThrow('its type requires the property "Key"');
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ RINGBACK_SECRET_PROPERTIES: '["Key"]' }) },
    });
  });

  it('does the jobs of a partner, and reads their tokens', () => {
    const stack = testStack();
    const clientTokenSecret = new Secret(stack, 'Tokens') as ISecret;
    const props = { ringback: testRingback(stack), clientTokenSecret, ...checks };
    const jobs = ThirdPartyActionWorker.adopt(ownFunction(stack), props);
    expect(jobs.declaration).toMatchObject({ id: { owner: 'ThirdParty', provider: 'Checks' } });
    expect(actionsOf(stack, 'Own')).toContain('secretsmanager:GetSecretValue');
  });

  it('is a hook, which CloudFormation may invoke', () => {
    const stack = testStack();
    ResourceHookFunction.adopt(ownFunction(stack), { hookName: 'Shop::Rules::Hook' });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudFormation::LambdaHook', {
      Alias: 'Shop::Rules::Hook',
      LambdaFunction: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Own'), 'Arn'] },
    });
    expect(actionsOf(stack, 'OwnHookPolicy')).toEqual(['lambda:InvokeFunction']);
  });

  it('is the parser of Service Catalog, under its name and a role that launch roles take in', () => {
    const stack = testStack();
    const role = ProvisioningEngine.createParserRole(stack, 'ParserRole');
    const functionName = ProvisioningEngine.parserName();
    new ProvisioningEngine(stack, 'Engine', {
      entry: gateEntry,
      parserFunction: ownFunction(stack, { role, functionName }),
      engine: { ringback: testRingback(stack) },
    });
    const template = Template.fromStack(stack);
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { FunctionName: functionName }, 1);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Own'), 'Arn'] },
      Principal: 'servicecatalog.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
    const parserRole = { Ref: Match.stringLikeRegexp('^ParserRole') };
    for (const Action of ['s3:GetObject', 'sts:AssumeRole']) {
      template.hasResourceProperties('AWS::IAM::Policy', {
        PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action })]) },
        Roles: Match.arrayWith([parserRole]),
      });
    }
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('launch roles trust'));
  });

  it('is the engine of Service Catalog, under a role that launch roles take in', () => {
    const stack = testStack();
    const role = ProvisioningEngine.createEngineRole(stack, 'EngineRole');
    new ProvisioningEngine(stack, 'Engine', {
      engineFunction: ownFunction(stack, { role, reservedConcurrentExecutions: 4 }),
      parserEntry: gateEntry,
      engine: { ringback: testRingback(stack), onCrash: 'retry' },
    });
    const template = Template.fromStack(stack);
    const mappings = resources(stack, 'AWS::Lambda::EventSourceMapping').filter(({ FunctionName }) =>
      JSON.stringify(FunctionName).includes('Own'),
    );
    // Three of Service Catalog, and the one by which deliveries come back.
    expect(mappings.map(({ ScalingConfig }) => ScalingConfig)).toEqual(Array(4).fill({ MaximumConcurrency: 4 }));
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'ServiceCatalogExternalProvisionOperationQueue',
      VisibilityTimeout: 180,
    });
    template.hasResourceProperties('AWS::IAM::Role', { Path: '/TerraformEngine/' });
    expect(actionsOf(stack, 'Own')).toContain('servicecatalog:NotifyProvisionProductEngineWorkflowResult');
  });
});
