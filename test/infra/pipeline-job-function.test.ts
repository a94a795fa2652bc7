import { CfnParameter, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { ManualApprovalAction, S3SourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { type PipelineJobAction, PipelineJobFunction } from '../../infra/index.ts';
import { gateEntry, testRingback, testStack } from './fixture.ts';
import { allowedBy } from './policies.ts';

const source = () => new Artifact('Source');

function jobFunction(stack: Stack): PipelineJobFunction {
  return new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback: testRingback(stack) });
}

function pipelineOf(stack: Stack, input: Artifact, ...actions: PipelineJobAction[]): void {
  const bucket = new Bucket(stack, 'Bucket', { versioned: true }) as IBucket;
  new Pipeline(stack, 'Pipeline', {
    pipelineType: PipelineType.V2,
    artifactBucket: bucket,
    stages: [
      {
        stageName: 'Source',
        actions: [new S3SourceAction({ actionName: 'Source', bucket, bucketKey: 'source.zip', output: input })],
      },
      { stageName: 'Jobs', actions: [...actions, new ManualApprovalAction({ actionName: 'Approve' })] },
    ],
  });
}

function declarationOf(stack: Stack, actionName: string) {
  const [pipeline] = Object.values(Template.fromStack(stack).findResources('AWS::CodePipeline::Pipeline'));
  const stages = pipeline?.Properties.Stages as { Actions: Record<string, unknown>[] }[];
  const declaration = stages.flatMap(({ Actions }) => Actions).find(({ Name }) => Name === actionName);
  return declaration as { Namespace?: string; Configuration?: Record<string, unknown> } | undefined;
}

describe('a pipeline job function', () => {
  it('may report its results and read its jobs, and the last resort may report in its place', () => {
    const stack = testStack();
    jobFunction(stack);
    const template = Template.fromStack(stack);
    const report = ['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'];
    expect(allowedBy(template, 'GateJobPolicy')).toEqual([
      expect.objectContaining({ actions: [...report, 'codepipeline:GetJobDetails'], resources: ['*'] }),
    ]);
    expect(allowedBy(template, 'RingbackResultPolicy')).toEqual([
      expect.objectContaining({ actions: report, resources: ['*'] }),
    ]);
  });

  it('lets another principal complete its deferred jobs', () => {
    const stack = testStack();
    const other = new Role(stack, 'Other', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    jobFunction(stack).grantComplete(other);
    expect(allowedBy(Template.fromStack(stack), 'OtherDefaultPolicy').flatMap(({ actions }) => actions)).toEqual([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'codepipeline:PutJobFailureResult',
      'codepipeline:PutJobSuccessResult',
    ]);
  });
});

describe('its action', () => {
  it('invokes the function with artifacts, order, namespace and parameters', () => {
    const stack = testStack();
    const input = source();
    const action = jobFunction(stack).action({
      actionName: 'Gate',
      inputs: [input],
      outputs: [new Artifact('Out')],
      runOrder: 3,
      variablesNamespace: 'Space',
      userParameters: { url: 'https://example.com/', tries: 3 },
    });
    pipelineOf(stack, input, action);
    expect(declarationOf(stack, 'Gate')).toMatchObject({
      ActionTypeId: { Category: 'Invoke', Owner: 'AWS', Provider: 'Lambda', Version: '1' },
      Configuration: {
        FunctionName: { Ref: expect.stringMatching(/^Gate/) },
        UserParameters: '{"url":"https://example.com/","tries":3}',
      },
      InputArtifacts: [{ Name: 'Source' }],
      OutputArtifacts: [{ Name: 'Out' }],
      RunOrder: 3,
      Namespace: 'Space',
    });
  });

  it.each(['**/*.json', String.raw`C:\temp\new`, 'say "hi"', '#{Source.CommitMessage}', '{"already":"JSON"}'])(
    'hands a text on as it is: %s',
    (userParameters) => {
      const stack = testStack();
      pipelineOf(stack, source(), jobFunction(stack).action({ actionName: 'Gate', userParameters }));
      expect(declarationOf(stack, 'Gate')?.Configuration?.UserParameters).toBe(userParameters);
    },
  );

  it('writes tabs and line breaks so that a handler takes none for a part of a path', () => {
    const stack = testStack();
    const userParameters = { cmd: 'dir C:\tnew\n', 'path\r': String.raw`C:\temp\"new`, odd: '\b\f' };
    pipelineOf(stack, source(), jobFunction(stack).action({ actionName: 'Gate', userParameters }));
    const text = String(declarationOf(stack, 'Gate')?.Configuration?.UserParameters);
    expect(JSON.parse(text)).toEqual(userParameters);
    expect(text).not.toMatch(/(?<!\\)\\[tnrbf]/);
  });

  it('has no parameters where none are given', () => {
    const stack = testStack();
    pipelineOf(stack, source(), jobFunction(stack).action({ actionName: 'Gate' }));
    expect(declarationOf(stack, 'Gate')?.Configuration).toEqual({ FunctionName: { Ref: expect.any(String) } });
  });

  it('keeps tokens and pipeline variables inside the parameters', () => {
    const stack = testStack();
    const fn = jobFunction(stack);
    const parameter = new CfnParameter(stack, 'Url', { default: 'https://example.com/' });
    const first = fn.action({ actionName: 'First' });
    const second = fn.action({
      actionName: 'Second',
      runOrder: 2,
      userParameters: {
        url: parameter.valueAsString,
        count: first.variable('Count'),
        id: '#{codepipeline.PipelineExecutionId}',
      },
    });
    pipelineOf(stack, source(), first, second);
    const text = declarationOf(stack, 'Second')?.Configuration?.UserParameters;
    const namespace = declarationOf(stack, 'First')?.Namespace;
    expect(text).toEqual({
      'Fn::Join': [
        '',
        ['{"url":"', { Ref: 'Url' }, `","count":"#{${namespace}.Count}","id":"#{codepipeline.PipelineExecutionId}"}`],
      ],
    });
  });

  it('warns of parameters that are longer than CodePipeline documents', () => {
    const stack = testStack();
    const fn = jobFunction(stack);
    const short = fn.action({ actionName: 'Short', userParameters: { text: 'x'.repeat(1000 - '{"text":""}'.length) } });
    const long = fn.action({ actionName: 'Long', userParameters: { text: 'x'.repeat(1001 - '{"text":""}'.length) } });
    pipelineOf(stack, source(), short, long);
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('1001 characters'));
    expect(warnings.map(({ id }) => id)).toEqual(['/Test/Pipeline/Jobs/Long']);
  });

  it('has a role that may invoke this function, and touch artifacts only as it declares them', () => {
    const stack = testStack();
    const input = source();
    const fn = jobFunction(stack);
    pipelineOf(
      stack,
      input,
      fn.action({ actionName: 'Plain' }),
      fn.action({ actionName: 'Reads', inputs: [input] }),
      fn.action({ actionName: 'Writes', outputs: [new Artifact('Out')] }),
    );
    const template = Template.fromStack(stack);
    const actionsOf = (name: string) =>
      allowedBy(template, `PipelineJobs${name}CodePipelineActionRole`).flatMap(({ actions }) => actions);
    expect(actionsOf('Plain')).toEqual(['lambda:InvokeFunction']);
    expect(actionsOf('Reads')).toEqual(['lambda:InvokeFunction', 's3:GetObject', 's3:GetObjectVersion']);
    expect(actionsOf('Writes')).toEqual(['lambda:InvokeFunction', 's3:AbortMultipartUpload', 's3:PutObject']);
  });

  it('leaves the role of the function as it was', () => {
    const alone = testStack();
    jobFunction(alone);
    const used = testStack();
    const fn = jobFunction(used);
    pipelineOf(used, source(), fn.action({ actionName: 'One' }), fn.action({ actionName: 'Two' }));
    const gate = (stack: Stack) =>
      allowedBy(Template.fromStack(stack), 'Gate').map(({ policy, actions }) => ({ policy, actions }));
    expect(gate(used)).toEqual(gate(alone));
  });
});
