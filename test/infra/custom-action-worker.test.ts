import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { CustomActionWorker, ThirdPartyActionWorker, type WorkerAction } from '../../infra/index.ts';
import { gateEntry, testRingback, testStack } from './fixture.ts';
import { allowedBy } from './policies.ts';

type TypeProps = ConstructorParameters<typeof CustomActionWorker>[2]['actionType'];

function worker(stack: Stack, actionType: Partial<TypeProps> = {}): CustomActionWorker {
  return new CustomActionWorker(stack, 'Checks', {
    entry: gateEntry,
    ringback: testRingback(stack),
    actionType: {
      category: 'Test',
      provider: 'Checks',
      inputs: { min: 1, max: 1 },
      properties: [{ name: 'File' }, { name: 'Key', secret: true, required: false }],
      ...actionType,
    },
  });
}

function pipelineOf(stack: Stack, input: Artifact, action: WorkerAction): void {
  const bucket = new Bucket(stack, 'Bucket', { versioned: true }) as IBucket;
  const source = new S3SourceAction({ actionName: 'Source', bucket, bucketKey: 'source.zip', output: input });
  new Pipeline(stack, 'Pipeline', {
    pipelineType: PipelineType.V2,
    artifactBucket: bucket,
    stages: [
      { stageName: 'Source', actions: [source] },
      { stageName: 'Check', actions: [action] },
    ],
  });
}

describe('a custom action worker', () => {
  it('registers its action type with all four URLs', () => {
    const stack = testStack();
    worker(stack, {
      urls: {
        entity: 'https://example.com/{Config:File}',
        execution: 'https://example.com/{Config:File}/{ExternalExecutionId}',
        revision: 'https://example.com/edit/{Config:File}',
        configuration: 'https://example.com/sign-up',
      },
    });
    Template.fromStack(stack).hasResourceProperties('AWS::CodePipeline::CustomActionType', {
      Category: 'Test',
      Provider: 'Checks',
      Version: '1',
      InputArtifactDetails: { MinimumCount: 1, MaximumCount: 1 },
      OutputArtifactDetails: { MinimumCount: 0, MaximumCount: 0 },
      ConfigurationProperties: [
        { Name: 'File', Required: true, Key: false, Secret: false, Queryable: false },
        { Name: 'Key', Required: false, Key: false, Secret: true, Queryable: false },
      ],
      Settings: {
        EntityUrlTemplate: 'https://example.com/{Config:File}',
        ExecutionUrlTemplate: 'https://example.com/{Config:File}/{ExternalExecutionId}',
        RevisionUrlTemplate: 'https://example.com/edit/{Config:File}',
        ThirdPartyConfigurationUrl: 'https://example.com/sign-up',
      },
    });
  });

  it('is woken by its own actions that start, and by the clock each minute', () => {
    const stack = testStack();
    worker(stack);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.codepipeline'],
        detail: {
          state: ['STARTED'],
          type: { owner: ['Custom'], category: ['Test'], provider: ['Checks'], version: ['1', 1] },
        },
      },
    });
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
  });

  it('may poll for its type alone, do its jobs, and invoke itself; the last resort may ask for a claim and answer', () => {
    const stack = testStack();
    worker(stack);
    const template = Template.fromStack(stack);
    expect(allowedBy(template, 'ChecksWorkerPolicy')).toEqual([
      expect.objectContaining({
        actions: ['lambda:InvokeFunction'],
        resources: [{ 'Fn::GetAtt': [expect.stringMatching(/^Checks/), 'Arn'] }],
      }),
      expect.objectContaining({ actions: ['codepipeline:PollForJobs'] }),
    ]);
    expect(JSON.stringify(allowedBy(template, 'ChecksWorkerPolicy')[1]?.resources)).toContain(
      ':actiontype:Custom/Test/Checks/1',
    );
    const results = ['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'];
    expect(allowedBy(template, 'ChecksJobPolicy')[0]?.actions).toEqual([
      'codepipeline:GetJobDetails',
      'codepipeline:AcknowledgeJob',
      ...results,
    ]);
    expect(allowedBy(template, 'RingbackResultPolicy')[0]?.actions).toEqual([
      'codepipeline:AcknowledgeJob',
      ...results,
    ]);
  });

  it.each([
    [
      'more than ten properties',
      { properties: Array.from({ length: 11 }, (_, index) => ({ name: `P${index}` })) },
      /at most 10 properties, but there are 11/,
    ],
    ['a property twice', { properties: [{ name: 'P' }, { name: 'P' }] }, /property P is there twice/],
    [
      'two queryable properties',
      {
        properties: [
          { name: 'P', queryable: true },
          { name: 'Q', queryable: true },
        ],
      },
      /one property may be queryable.*P, Q/,
    ],
    [
      'a secret queryable one',
      { properties: [{ name: 'P', queryable: true, secret: true }] },
      /required and not secret/,
    ],
    [
      'a URL with a secret',
      { urls: { entity: 'https://x/{Config:Key}' } },
      /only required properties that are not secret/,
    ],
    ['a URL with an unknown property', { urls: { entity: 'https://x/{Config:Nope}' } }, /names the property Nope/],
    [
      'a run id in the wrong URL',
      { urls: { entity: 'https://x/{ExternalExecutionId}' } },
      /belongs into the execution/,
    ],
    ['an unknown placeholder', { urls: { execution: 'https://x/{JobId}' } }, /unknown placeholder \{JobId\}/],
  ] as [string, Partial<TypeProps>, RegExp][])('refuses %s', (_case, actionType, message) => {
    expect(() => worker(testStack(), actionType)).toThrow(message);
  });
});

describe('its action', () => {
  it('stands in a pipeline with its configuration and artifacts', () => {
    const stack = testStack();
    const input = new Artifact('Source');
    pipelineOf(
      stack,
      input,
      worker(stack).action({ actionName: 'Check', configuration: { File: 'a.json' }, inputs: [input] }),
    );
    const [pipeline] = Object.values(Template.fromStack(stack).findResources('AWS::CodePipeline::Pipeline'));
    expect(pipeline?.Properties.Stages[1].Actions).toEqual([
      {
        Name: 'Check',
        ActionTypeId: { Category: 'Test', Owner: 'Custom', Provider: 'Checks', Version: '1' },
        Configuration: { File: 'a.json' },
        InputArtifacts: [{ Name: 'Source' }],
        RunOrder: 1,
      },
    ]);
  });

  it('refuses a configuration that its type does not have, or that lacks a required value', () => {
    const fn = worker(testStack());
    expect(() => fn.action({ actionName: 'Check', configuration: { File: 'x', Fil: 'y' } })).toThrow(
      /no property "Fil"/,
    );
    expect(() => fn.action({ actionName: 'Check' })).toThrow(/requires the property "File"/);
  });
});

function partnerWorker(stack: Stack): ThirdPartyActionWorker {
  return new ThirdPartyActionWorker(stack, 'Partner', {
    entry: gateEntry,
    ringback: testRingback(stack),
    clientTokenSecret: new Secret(stack, 'Tokens') as ISecret,
    actionType: { category: 'Test', provider: 'Partner', properties: [{ name: 'File' }], inputs: { max: 1 } },
  });
}

describe('a worker', () => {
  it.each([
    ['custom', worker, 'PutJob'],
    ['third-party', partnerWorker, 'PutThirdPartyJob'],
  ])('of %s actions lets another principal complete its deferred jobs', (_kind, create, put) => {
    const stack = testStack();
    const other = new Role(stack, 'Other', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    create(stack).grantComplete(other);
    expect(allowedBy(Template.fromStack(stack), 'OtherDefaultPolicy').flatMap(({ actions }) => actions)).toEqual([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      `codepipeline:${put}FailureResult`,
      `codepipeline:${put}SuccessResult`,
    ]);
  });
});

describe('a third-party action worker', () => {
  it('may do its jobs and read its secret, and says what the service team has to register', () => {
    const stack = testStack();
    const partner = partnerWorker(stack);
    const template = Template.fromStack(stack);
    expect(allowedBy(template, 'PartnerWorkerPolicy').map(({ actions }) => actions)).toEqual([
      ['lambda:InvokeFunction'],
      ['secretsmanager:GetSecretValue'],
    ]);
    expect(allowedBy(template, 'PartnerJobPolicy')[0]?.actions).toContain('codepipeline:PollForThirdPartyJobs');
    expect(partner.declaration).toMatchObject({
      id: { category: 'Test', owner: 'ThirdParty', provider: 'Partner', version: '1' },
      executor: { type: 'JobWorker' },
      properties: [{ name: 'File', optional: false, key: false, noEcho: false }],
    });
  });
});
