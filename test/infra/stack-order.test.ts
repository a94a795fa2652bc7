import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { PipelineJobFunction, Ringback, TransferWorkflow, WorkflowStepFunction } from '../../infra/index.ts';
import { gateEntry, temporaryFolder } from './fixture.ts';

/** Stacks of one app, by their names; nothing is bundled. */
function stacks() {
  const context = { 'aws:cdk:bundling-stacks': [] };
  const app = new App({ outdir: temporaryFolder(), builtinCloudFormationValidation: false, context });
  const [functions, users, others] = ['Functions', 'Users', 'Others'].map((id) => new Stack(app, id));
  return { app, functions, users, others } as Record<'functions' | 'users' | 'others', Stack> & { app: App };
}

const gateOf = (stack: Stack, ringback?: Ringback) =>
  new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ...(ringback && { ringback }) });
const scanOf = (stack: Stack) => new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry });
const filesOf = (stack: Stack) => new Bucket(stack, 'Files') as IBucket;

function pipelineOf(stack: Stack, gate: PipelineJobFunction): void {
  const output = new Artifact('Source');
  const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  new Pipeline(stack, 'Pipeline', {
    pipelineType: PipelineType.V2,
    stages: [
      {
        stageName: 'Source',
        actions: [
          new S3SourceAction({ actionName: 'Source', bucket, bucketKey: 'x', output, trigger: S3Trigger.NONE }),
        ],
      },
      { stageName: 'Gate', actions: [gate.action({ actionName: 'Gate' })] },
    ],
  });
}

const workflowOf = (stack: Stack, scan: WorkflowStepFunction, bucket: IBucket) =>
  new TransferWorkflow(stack, 'Workflow', { uploads: [{ bucket }], steps: [scan.step({ name: 'scan' })] });

describe('stacks that would each be deployed after the other are refused with what goes where', () => {
  it('a pipeline in the stack of the Ringback of its function', () => {
    const { functions, users } = stacks();
    const gate = gateOf(functions, new Ringback(users, 'Ringback'));
    expect(() => pipelineOf(users, gate)).toThrow(
      'Users and Functions would each be deployed after the other: Users/Pipeline/Gate/Gate hands jobs to Functions/Gate, and Functions/Gate has the Ringback Users/Ringback; make the Ringback in Functions or in a stack of its own',
    );
  });

  it('a workflow in the stack of the bucket that its function reads from, whichever comes first', () => {
    const { functions, users } = stacks();
    const scan = scanOf(functions);
    const files = filesOf(users);
    scan.readsFrom(files);
    expect(() => workflowOf(users, scan, files)).toThrow(
      'Users/Workflow hands files to Functions/Scan, and Functions/Scan may use the files of Users/Files; make Users/Files in Functions or in a stack of its own',
    );

    const again = stacks();
    const late = scanOf(again.functions);
    const uploads = filesOf(again.users);
    workflowOf(again.users, late, uploads);
    expect(() => late.writesTo(uploads)).toThrow('make Users/Files in Functions or in a stack of its own');
  });

  it('a circle of three, one of them declared by the user', () => {
    const { functions, users, others } = stacks();
    others.addDependency(users);
    const gate = gateOf(functions, new Ringback(others, 'Ringback'));
    expect(() => pipelineOf(users, gate)).toThrow(
      /^Users and Functions and Others would each .* has the Ringback Others\/Ringback, and Others depends on Users; make/,
    );
  });

  it('a function that completes, in a stack that the Ringback comes after', () => {
    const { functions, users } = stacks();
    const ringback = new Ringback(functions, 'Ringback');
    const failureEventBus = new EventBus(users, 'Bus') as IEventBus;
    new WorkflowStepFunction(functions, 'Scan', { entry: gateEntry, ringback, failureEventBus });
    const code = Code.fromInline('exports.handler = async () => {};');
    const webhook = new LambdaFunction(users, 'Webhook', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code,
    });
    expect(() => ringback.grantComplete(webhook)).toThrow(
      'Users/Webhook completes callbacks of Functions/Ringback, and Functions/Scan tells failures to Users/Bus; put them into one stack',
    );
  });
});

describe('stacks that can be deployed one after the other are let pass', () => {
  it.each<readonly [string, (all: ReturnType<typeof stacks>) => void]>([
    [
      'a Ringback in a stack of its own',
      ({ functions, users, others }) => pipelineOf(users, gateOf(functions, new Ringback(others, 'Ringback'))),
    ],
    [
      'a bucket in a stack of its own',
      ({ functions, users, others }) => {
        const [scan, files] = [scanOf(functions), filesOf(others)];
        scan.readsFrom(files);
        workflowOf(users, scan, files);
      },
    ],
    [
      'a bucket of the function’s stack',
      ({ functions, users }) => {
        const [scan, files] = [scanOf(functions), filesOf(functions)];
        scan.readsFrom(files);
        workflowOf(users, scan, files);
      },
    ],
    [
      'a bucket that is named',
      ({ functions, users }) => {
        const [scan, files] = [scanOf(functions), Bucket.fromBucketName(users, 'Files', 'landing')];
        scan.readsFrom(files);
        workflowOf(users, scan, files);
      },
    ],
    [
      'a function in a nested stack of the Ringback’s',
      ({ users }) => {
        const ringback = new Ringback(users, 'Ringback');
        pipelineOf(users, gateOf(new NestedStack(users, 'Nested'), ringback));
      },
    ],
  ])('%s', (_what, make) => {
    const all = stacks();
    make(all);
    expect(() => all.app.synth()).not.toThrow();
  });
});
