import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import {
  BundleError,
  CallbackFunction,
  type CallbackFunctionProps,
  CustomActionWorker,
  PipelineJobFunction,
  Ringback,
  ThirdPartyActionWorker,
} from '../../infra/index.ts';
import { gateEntry, temporaryFolder, testRingback, testStack } from './fixture.ts';
import { allowedBy } from './policies.ts';

describe('a callback function', () => {
  it('runs index.mjs on Node 24 and arm64 with room and time enough', () => {
    const stack = testStack();
    new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback: testRingback(stack) });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 512,
      Timeout: 30,
      Handler: 'index.handler',
      TracingConfig: Match.absent(),
      Environment: {
        Variables: {
          RINGBACK_LEDGER_TABLE: { Ref: Match.stringLikeRegexp('^RingbackLedger') },
          RINGBACK_LAST_RESORT: 'true',
          RINGBACK_ON_CRASH: 'fail',
        },
      },
    });
  });

  it('hands what it fails on for good to the last resort, after two retries within an hour', () => {
    const stack = testStack();
    new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback: testRingback(stack) });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^Gate') },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RingbackLastResortQueue'), 'Arn'] } },
      },
    });
  });

  it('may write to its own log group, use the ledger and reach the last resort, and nothing else', () => {
    const stack = testStack();
    new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback: testRingback(stack) });
    const template = Template.fromStack(stack);
    expect(allowedBy(template, 'GateRole').flatMap(({ actions }) => actions)).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  it('keeps its logs for a month in a log group of its own', () => {
    const stack = testStack();
    new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback: testRingback(stack) });
    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('^GateLogs') }, LogFormat: Match.absent() },
    });
  });

  it('takes every setting from its properties', () => {
    const stack = testStack();
    const role = new Role(stack, 'Mine', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    new CallbackFunction(stack, 'Gate', {
      entry: gateEntry,
      ringback: testRingback(stack, { removalPolicy: RemovalPolicy.DESTROY }),
      role,
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.X86_64,
      memorySize: 1024,
      timeout: Duration.minutes(15),
      logRetention: RetentionDays.ONE_WEEK,
      retryAttempts: 0,
      maxEventAge: Duration.minutes(5),
      onCrash: 'retry',
      reservedConcurrentExecutions: 3,
      environment: { STAGE: 'test' },
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs22.x',
      Architectures: ['x86_64'],
      MemorySize: 1024,
      Timeout: 900,
      ReservedConcurrentExecutions: 3,
      Role: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Mine'), 'Arn'] },
      Environment: { Variables: Match.objectLike({ STAGE: 'test', RINGBACK_ON_CRASH: 'retry' }) },
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 300,
    });
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Delete' });
    expect(allowedBy(template, 'MineDefaultPolicy')).not.toEqual([]);
  });

  it('may make network interfaces when it runs in a VPC', () => {
    const stack = testStack();
    const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;
    new CallbackFunction(stack, 'Gate', {
      entry: gateEntry,
      ringback: testRingback(stack),
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    });
    const actions = allowedBy(Template.fromStack(stack), 'GateNetworkPolicy').flatMap((statement) => statement.actions);
    expect(actions).toContain('ec2:CreateNetworkInterface');
  });

  it('fails the synthesis with the path when its entry does not exist', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    expect(() => new CallbackFunction(stack, 'Gate', { entry: 'nowhere/gate.ts', ringback })).toThrow(BundleError);
    expect(() => new CallbackFunction(stack, 'Other', { entry: 'nowhere/gate.ts', ringback })).toThrow(
      'nowhere/gate.ts',
    );
  });

  it('fails the synthesis with what esbuild says when the handler is not exported', () => {
    const stack = testStack();
    const props = { entry: gateEntry, handler: 'main', ringback: testRingback(stack) };
    expect(() => new CallbackFunction(stack, 'Gate', props)).toThrow(
      'test/infra/fixtures/gate.ts: does not export main; it exports handler',
    );
  });
});

describe("Lambda's loop detection", () => {
  const actionType = { category: 'Test', provider: 'Checks' } as const;

  it.each([
    [
      'lets a job worker invoke itself',
      'Allow',
      (stack: Stack, props: CallbackFunctionProps) => new CustomActionWorker(stack, 'Fn', { ...props, actionType }),
    ],
    [
      "lets a partner's job worker invoke itself",
      'Allow',
      (stack: Stack, props: CallbackFunctionProps) => new ThirdPartyActionWorker(stack, 'Fn', { ...props, actionType }),
    ],
    [
      'lets a function put deliveries off by a queue of its own',
      'Allow',
      (stack: Stack, props: CallbackFunctionProps) => new CallbackFunction(stack, 'Fn', props).enableContinuation(),
    ],
    [
      'is as it was told',
      'Terminate',
      (stack: Stack, props: CallbackFunctionProps) =>
        new CallbackFunction(stack, 'Fn', { ...props, recursiveLoop: RecursiveLoop.TERMINATE }).enableContinuation(),
    ],
    [
      'is left alone where nothing comes back by Ringback',
      undefined,
      (stack: Stack, props: CallbackFunctionProps) => new PipelineJobFunction(stack, 'Fn', props),
    ],
  ] as const)('%s', (_what, setting, create) => {
    const stack = testStack();
    create(stack, { entry: gateEntry, ringback: testRingback(stack) });
    const functions = Template.fromStack(stack).findResources('AWS::Lambda::Function');
    const loops = Object.entries(functions).map(([id, { Properties }]) => [id.slice(0, 2), Properties.RecursiveLoop]);
    expect(Object.fromEntries(loops)).toEqual({ Fn: setting, Ri: 'Allow' });
  });
});

describe('assets', () => {
  it('are shared by functions of the same handler and named after their bytes', () => {
    const assetsOf = () => {
      const outdir = temporaryFolder();
      const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir });
      const stack = new Stack(app, 'Test');
      const ringback = testRingback(stack);
      for (const id of ['One', 'Two']) new CallbackFunction(stack, id, { entry: gateEntry, ringback });
      app.synth();
      return readdirSync(outdir)
        .filter((name) => name.startsWith('asset.'))
        .map((name) => [name, readdirSync(join(outdir, name)).includes('index.mjs')]);
    };
    const assets = assetsOf();
    expect(assets).toEqual([[expect.stringMatching(/^asset\.[0-9a-f]{64}$/), true]]);
    expect(assetsOf()).toEqual(assets);
  });
});

describe('Ringback.of', () => {
  it('finds the one beside or above the scope before it makes one for the stack', () => {
    const stack = testStack();
    const inner = new Construct(stack, 'Inner');
    const own = new Ringback(inner, 'Own', { lastResortEntry: gateEntry });
    expect(Ringback.of(new Construct(inner, 'Deep'))).toBe(own);
    expect(Ringback.of(inner)).toBe(own);
    const shared = testRingback(stack);
    expect(Ringback.of(stack)).toBe(shared);
    expect(Ringback.of(new Construct(stack, 'Elsewhere'))).toBe(shared);
  });

  it('makes one for each stack, once', () => {
    const stack = testStack();
    const first = Ringback.of(new Construct(stack, 'A'));
    expect(Ringback.of(new Construct(stack, 'B'))).toBe(first);
    expect(first.node.scope).toBe(stack);
  });
});
