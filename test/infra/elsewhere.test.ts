import { App, Duration, type Environment, PhysicalName, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { PipelineJobFunction, Ringback, TransferWorkflow, WorkflowStepFunction } from '../../infra/index.ts';
import { gateEntry, temporaryFolder } from './fixture.ts';
import { allowedStatements } from './policies.ts';

const HERE = { account: '111111111111', region: 'us-east-1' };
const OTHER_REGION = { account: '111111111111', region: 'eu-west-1' };
const OTHER_ACCOUNT = { account: '222222222222', region: 'us-east-1' };

/** An app that bundles nothing, with a stack for the functions and one for what uses them. */
function twoStacks(functions: Environment = HERE, users: Environment = HERE) {
  const app = new App({
    outdir: temporaryFolder(),
    builtinCloudFormationValidation: false,
    context: { 'aws:cdk:bundling-stacks': [] },
  });
  return {
    app,
    functions: new Stack(app, 'Functions', { env: functions }),
    users: new Stack(app, 'Users', { env: users }),
  };
}

/** A pipeline whose second stage hands its source to a function. */
function pipelineFor(gate: { action: PipelineJobFunction['action'] }, stack: Stack) {
  const source = new Artifact('Source');
  const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const from = { actionName: 'Source', bucket, bucketKey: 'source.zip', output: source, trigger: S3Trigger.NONE };
  new Pipeline(stack, 'Pipeline', {
    pipelineType: PipelineType.V2,
    crossAccountKeys: true,
    stages: [
      { stageName: 'Source', actions: [new S3SourceAction(from)] },
      { stageName: 'Gate', actions: [gate.action({ actionName: 'Gate', inputs: [source] })] },
    ],
  });
}

const ownFunction = (stack: Stack) =>
  new LambdaFunction(stack, 'Own', {
    functionName: PhysicalName.GENERATE_IF_NEEDED,
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
    timeout: Duration.seconds(30),
  });

const gateIn = (stack: Stack) =>
  new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, functionName: PhysicalName.GENERATE_IF_NEEDED });

/** The action of the function, as the pipeline declares it. */
function gateAction(stack: Stack) {
  const [pipeline] = Object.values(Template.fromStack(stack).findResources('AWS::CodePipeline::Pipeline'));
  return pipeline?.Properties.Stages[1].Actions[0];
}

describe('a pipeline in another place than its function', () => {
  it.each([
    ['a function of ours', gateIn],
    ["the user's own", (stack: Stack) => PipelineJobFunction.adopt(ownFunction(stack))],
  ])('of the same account and Region takes the name from the other stack: %s', (_what, make) => {
    const { functions, users } = twoStacks();
    pipelineFor(make(functions), users);
    expect(gateAction(users).Configuration.FunctionName).toMatchObject({
      'Fn::ImportValue': expect.stringContaining('Functions:'),
    });
    const invoking = allowedStatements(Template.fromStack(users)).filter(({ actions }) =>
      actions.includes('lambda:InvokeFunction'),
    );
    expect(invoking.map(({ resources }) => JSON.stringify(resources))).toEqual([
      expect.stringContaining('Fn::ImportValue'),
    ]);
    expect(users.dependencies).toContain(functions);
  });

  it.each([
    ['a function of ours', gateIn],
    ["the user's own", (stack: Stack) => PipelineJobFunction.adopt(ownFunction(stack))],
  ])('of another Region names the Region, and keeps artifacts there: %s', (_what, make) => {
    const { functions, users } = twoStacks(OTHER_REGION);
    pipelineFor(make(functions), users);
    expect(gateAction(users)).toMatchObject({
      Region: 'eu-west-1',
      Configuration: { FunctionName: expect.stringMatching(/^functions/) },
    });
    Template.fromStack(users).hasResourceProperties('AWS::CodePipeline::Pipeline', {
      ArtifactStores: Match.arrayWith([Match.objectLike({ Region: 'eu-west-1' })]),
    });
  });

  it('of another account assumes a role there, which may invoke the function and read its input', () => {
    const { functions, users } = twoStacks(OTHER_ACCOUNT);
    pipelineFor(gateIn(functions), users);
    expect(JSON.stringify(gateAction(users).RoleArn)).toContain('222222222222');
    const there = allowedStatements(Template.fromStack(functions)).filter(({ policy }) => /ActionRole/.test(policy));
    const actions = there.flatMap((statement) => statement.actions);
    expect(actions.sort()).toEqual([
      'kms:Decrypt',
      'lambda:InvokeFunction',
      'lambda:ListFunctions',
      's3:GetObject',
      's3:GetObjectVersion',
    ]);
    const here = allowedStatements(Template.fromStack(users)).flatMap((statement) => statement.actions);
    expect(here).not.toContain('lambda:ListFunctions');
  });
});

describe('a workflow in another stack than its step', () => {
  it('may invoke the function, which knows how long the step waits', () => {
    const { functions, users } = twoStacks();
    const scan = new WorkflowStepFunction(functions, 'Scan', { entry: gateEntry });
    const steps = [scan.step({ name: 'scan', timeout: Duration.minutes(10) })];
    new TransferWorkflow(users, 'Workflow', { uploads: [{ bucket: new Bucket(users, 'Files') as IBucket }], steps });
    Template.fromStack(users).hasResourceProperties('AWS::Transfer::Workflow', {
      Steps: [{ CustomStepDetails: { Target: { 'Fn::ImportValue': Match.stringLikeRegexp('^Functions:') } } }],
    });
    Template.fromStack(functions).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ RINGBACK_STEP_TIMEOUT_SECONDS: '600' }) },
    });
  });
});

describe('a Ringback in another place than its functions', () => {
  it("of another Region is refused, and the function's own stack has one without a word", () => {
    const { functions, users } = twoStacks(OTHER_REGION);
    const ringback = new Ringback(users, 'Ringback');
    expect(() => PipelineJobFunction.adopt(ownFunction(functions), { ringback })).toThrow(
      'make a Ringback in Functions',
    );
    PipelineJobFunction.adopt(functions.node.findChild('Own') as LambdaFunction);
    expect(functions.node.findChild('Ringback')).toBeInstanceOf(Ringback);
  });
});

describe('a synthesis without bundling', () => {
  it('gives the whole template in a moment, for tests of stacks', () => {
    const { app, functions } = twoStacks();
    gateIn(functions);
    // With code that esbuild would refuse: it is not asked.
    new PipelineJobFunction(functions, 'Broken', { entry: new URL('../../README.md', import.meta.url).pathname });
    expect(() => app.synth()).not.toThrow();
    Template.fromStack(functions).resourceCountIs('AWS::Lambda::Function', 3);
  });
});
