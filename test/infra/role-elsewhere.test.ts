import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { AccountRootPrincipal, type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import {
  BuildRunner,
  CustomActionWorker,
  PipelineJobFunction,
  Ringback,
  ThirdPartyActionWorker,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry, temporaryFolder } from './fixture.ts';
import { allowedStatements } from './policies.ts';

/** An app that bundles nothing, with a stack for roles and one for what takes them. */
function twoStacks() {
  const context = { 'aws:cdk:bundling-stacks': [] };
  const app = new App({ outdir: temporaryFolder(), builtinCloudFormationValidation: false, context });
  return { app, roles: new Stack(app, 'Roles'), stack: new Stack(app, 'Own') };
}

const lambdaRole = (roles: Stack, id = 'Role') =>
  new Role(roles, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

const ownFunction = (stack: Stack, role: IRole) =>
  new LambdaFunction(stack, 'It', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
    timeout: Duration.seconds(30),
    role,
  });

/** What a function may do, whichever policies say so, one line for each statement. */
const actionsOf = (stack: Stack) =>
  allowedStatements(Template.fromStack(stack))
    .filter(({ policy }) => policy.startsWith('It') && !policy.includes('LastResortPolicy'))
    .map(({ actions }) => [...actions].sort().join(' '))
    .sort();

const actionType = { category: 'Test', provider: 'Checks' } as const;

describe('a function under a role of another stack', () => {
  const kinds: Readonly<Record<string, (stack: Stack, role: IRole | undefined, ringback: Ringback) => void>> = {
    'a job function': (stack, role, ringback) => {
      new PipelineJobFunction(stack, 'It', { entry: gateEntry, ringback, ...(role && { role }) });
    },
    'a step function that reads, writes and tags': (stack, role, ringback) => {
      const props = { entry: gateEntry, ringback, failureTag: 'why', ...(role && { role }) };
      const scan = new WorkflowStepFunction(stack, 'It', props);
      const files = new Bucket(stack, 'Files', { encryptionKey: new Key(stack, 'FilesKey') }) as IBucket;
      scan.readsFrom(files);
      scan.writesTo(files);
    },
    'a job worker': (stack, role, ringback) => {
      new CustomActionWorker(stack, 'It', { entry: gateEntry, ringback, actionType, ...(role && { role }) });
    },
    'a worker of a partner': (stack, role, ringback) => {
      const encryptionKey = new Key(stack, 'TokensKey');
      const clientTokenSecret = new Secret(stack, 'Tokens', { encryptionKey }) as ISecret;
      const props = { entry: gateEntry, ringback, actionType, clientTokenSecret };
      new ThirdPartyActionWorker(stack, 'It', { ...props, ...(role && { role }) });
    },
    'a function that starts builds': (stack, role, ringback) => {
      const fn = new PipelineJobFunction(stack, 'It', { entry: gateEntry, ringback, ...(role && { role }) });
      new BuildRunner(stack, 'Builds', { ringback }).grantStart(fn);
    },
    "the user's own": (stack, role, ringback) => {
      PipelineJobFunction.adopt(ownFunction(stack, role ?? lambdaRole(stack, 'ItRole')), { ringback });
    },
    "the user's own, which completes": (stack, role, ringback) => {
      const gate = new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback });
      gate.grantComplete(ownFunction(stack, role ?? lambdaRole(stack, 'ItRole')));
    },
  };

  it.each(Object.entries(kinds))('may do what it may under one of its own: %s', (_kind, make) => {
    const { app, roles, stack } = twoStacks();
    const ringback = new Ringback(stack, 'Ringback', { encryptionKey: new Key(stack, 'Key') });
    make(stack, lambdaRole(roles), ringback);
    expect(() => app.synth()).not.toThrow();
    expect(allowedStatements(Template.fromStack(roles))).toEqual([]);

    const { stack: plain } = twoStacks();
    make(plain, undefined, new Ringback(plain, 'Ringback', { encryptionKey: new Key(plain, 'Key') }));
    expect(actionsOf(stack)).toEqual(actionsOf(plain));
  });

  it('is made after the policy that lets it send to the last resort', () => {
    const { roles, stack } = twoStacks();
    new PipelineJobFunction(stack, 'It', { entry: gateEntry, role: lambdaRole(roles) });
    const [fn] = Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::Function')).filter(([id]) =>
      id.startsWith('It'),
    );
    expect(fn?.[1].DependsOn).toEqual([expect.stringMatching(/^ItRingbackPolicy/)]);
  });

  it.each(['Roles', 'Own'])('gets no statement where the role cannot be changed, wherever it stands: %s', (where) => {
    const { app, stack } = twoStacks();
    const arn = 'arn:aws:iam::123456789012:role/theirs';
    const role = Role.fromRoleArn(app.node.findChild(where), 'Theirs', arn, { mutable: false });
    new PipelineJobFunction(stack, 'ItGate', { entry: gateEntry, role });
    new WorkflowStepFunction(stack, 'ItScan', { entry: gateEntry, role });
    new CustomActionWorker(stack, 'ItWorker', { entry: gateEntry, role, actionType });
    expect(() => app.synth()).not.toThrow();
    expect(actionsOf(stack)).toEqual([]);
  });
});

describe('an action of a pipeline', () => {
  it('may invoke its function and read its input under a role of another stack', () => {
    const { app, roles, stack } = twoStacks();
    const gate = new PipelineJobFunction(stack, 'Gate', { entry: gateEntry });
    const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
    const source = new Artifact('Source');
    const from = { actionName: 'Source', bucket, bucketKey: 'source.zip', output: source, trigger: S3Trigger.NONE };
    const role = new Role(roles, 'Role', { assumedBy: new AccountRootPrincipal() });
    new Pipeline(stack, 'Pipeline', {
      pipelineType: PipelineType.V2,
      stages: [
        { stageName: 'Source', actions: [new S3SourceAction(from)] },
        { stageName: 'Gate', actions: [gate.action({ actionName: 'Gate', role, inputs: [source] })] },
      ],
    });
    expect(() => app.synth()).not.toThrow();
    expect(
      allowedStatements(Template.fromStack(stack))
        .filter(({ policy }) => policy.startsWith('PipelineGate'))
        .flatMap(({ actions }) => actions)
        .sort(),
    ).toEqual(['kms:Decrypt', 'lambda:InvokeFunction', 'lambda:ListFunctions', 's3:GetObject', 's3:GetObjectVersion']);
  });
});
