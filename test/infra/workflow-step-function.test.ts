import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { FileSystem } from 'aws-cdk-lib/aws-efs';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FileSystem as LambdaFileSystem } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { WorkflowStepFunction, type WorkflowStepFunctionProps } from '../../infra/index.ts';
import { gateEntry, testRingback, testStack } from './fixture.ts';
import { allowedBy, allowedStatements } from './policies.ts';

const TAGS = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
];

let stack: ReturnType<typeof testStack>;

beforeEach(() => {
  stack = testStack();
});

const createFunction = (props: Partial<WorkflowStepFunctionProps> = {}) =>
  new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback: testRingback(stack), ...props });

describe('a function for workflow steps', () => {
  it('may answer steps of the account, and nothing else of Transfer Family; so may its last resort', () => {
    createFunction();
    const template = Template.fromStack(stack);
    const transfer = allowedStatements(template).filter(({ actions }) => actions.join().includes('transfer:'));
    expect(transfer.map(({ actions }) => actions)).toEqual([
      ['transfer:SendWorkflowStepState'],
      ['transfer:SendWorkflowStepState'],
    ]);
    expect(JSON.stringify(transfer.map(({ resources }) => resources))).toMatch(/:workflow\/\*/);
    expect(transfer.map(({ policy }) => policy)).toEqual([
      expect.stringMatching(/Ringback.*ResultPolicy/),
      expect.stringMatching(/Scan.*StepPolicy/),
    ]);
  });

  it('gets its own deliveries back through a queue whose dead letters reach the last resort', () => {
    createFunction({ timeout: Duration.seconds(50) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 300,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('LastResortQueue'), 'Arn'] },
        maxReceiveCount: 5,
      },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ScanContinuationQueue'), 'Arn'] },
      FunctionName: { Ref: Match.stringLikeRegexp('^Scan') },
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          RINGBACK_CONTINUATION_QUEUE_URL: { Ref: Match.stringLikeRegexp('^ScanContinuationQueue') },
        }),
      },
    });
    expect(allowedBy(template, 'ScanRole').flatMap(({ actions }) => actions)).toContain('sqs:SendMessage');
  });

  it('has no such queue where it is told so', () => {
    createFunction({ continuation: false });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('CONTINUATION_QUEUE');
  });

  it('learns the shortest timeout of its steps', () => {
    const scan = createFunction();
    scan.step({ name: 'one', timeout: Duration.minutes(10) });
    scan.step({ name: 'two', timeout: Duration.minutes(5) });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ RINGBACK_STEP_TIMEOUT_SECONDS: '300' }) },
    });
  });

  it('knows no timeout as long as it has no step', () => {
    createFunction();
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('STEP_TIMEOUT');
  });

  it.each([
    [
      'ends before the function does',
      { timeout: Duration.seconds(60) },
      /may run for 60 s, but the step waits for 60 s/,
    ],
    ['lasts over 30 minutes', { timeout: Duration.minutes(31) }, /1860 s: give it 1 s to 30 minutes/],
    ['has a name with a blank', { name: 'a scan' }, /letters, digits.*"a scan"/],
    ['has too long a name', { name: 'x'.repeat(31) }, /1 to 30/],
  ])('refuses a step that %s', (_what, overrides, message) => {
    const scan = createFunction({ timeout: Duration.seconds(60) });
    expect(() => scan.step({ name: 'scan', ...overrides })).toThrow(message);
  });

  it('reads and writes where it was told, tags where it must, and passes its settings on', () => {
    const scan = createFunction({
      failureTag: 'Reason',
      failureEventBus: EventBus.fromEventBusName(stack, 'Bus', 'alerts'),
    });
    scan.readsFrom(new Bucket(stack, 'In') as never, 'home/*');
    scan.writesTo(new Bucket(stack, 'Out') as never);
    const template = Template.fromStack(stack);
    const allowed = allowedBy(template, 'ScanRole');
    const onObjects = allowed.filter(({ resources }) => JSON.stringify(resources).includes('/home/*'));
    expect(onObjects.map(({ actions }) => actions)).toEqual([
      ['s3:GetObject', 's3:GetObjectVersion', ...TAGS.slice(1)],
    ]);
    expect(allowed.flatMap(({ actions }) => actions)).toEqual(
      expect.arrayContaining(['events:PutEvents', 's3:PutObject']),
    );
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          RINGBACK_FAILURE_TAG: 'Reason',
          RINGBACK_FAILURE_EVENT_BUS: Match.objectLike({ 'Fn::Join': Match.anyValue() }),
        }),
      },
    });
  });

  it('knows where its file system is mounted, and which folder of it that is', () => {
    const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;
    const accessPoint = new FileSystem(stack, 'Files', { vpc }).addAccessPoint('Access');
    const filesystem = LambdaFileSystem.fromEfsAccessPoint(accessPoint, '/mnt/files');
    createFunction({ vpc, filesystem, filesystemRoot: '/uploads' });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({ RINGBACK_EFS_MOUNT_PATH: '/mnt/files', RINGBACK_EFS_ROOT_PATH: '/uploads' }),
      },
    });
  });

  it.each([
    ['the last resort', 'ScanLastResortPolicy', ['events:PutEvents', ...TAGS]],
    ['who may complete', 'OtherDefaultPolicy', ['transfer:SendWorkflowStepState', 'events:PutEvents', ...TAGS]],
  ])('lets %s tell why a step failed, as it does itself', (_who, policy, told) => {
    const scan = createFunction({
      failureTag: 'Reason',
      failureEventBus: EventBus.fromEventBusName(stack, 'Bus', 'alerts'),
    });
    scan.grantComplete(new Role(stack, 'Other', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
    scan.readsFrom(new Bucket(stack, 'In') as never, 'home/*');
    const allowed = allowedBy(Template.fromStack(stack), policy).filter(
      ({ actions }) => !/dynamodb:|sqs:/.test(actions.join()),
    );
    expect(allowed.flatMap(({ actions }) => actions)).toEqual(told);
    expect(JSON.stringify(allowed.at(-1)?.resources)).toContain('/home/*');
    expect(allowed.flatMap(({ resources }) => resources)).not.toContain('*');
  });

  it('lets nobody tell what nobody asked for', () => {
    const scan = createFunction();
    scan.grantComplete(new Role(stack, 'Other', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
    scan.readsFrom(new Bucket(stack, 'In') as never, 'home/*');
    const actions = allowedStatements(Template.fromStack(stack)).flatMap((statement) => statement.actions);
    expect(actions.filter((action) => /events:|Tagging/.test(action))).toEqual([]);
  });

  it('lets the last resort put a delivery off in its place, by its own queue alone', () => {
    createFunction();
    expect(allowedBy(Template.fromStack(stack), 'ScanLastResortPolicy')).toMatchObject([
      {
        actions: ['sqs:SendMessage'],
        resources: [{ 'Fn::GetAtt': [expect.stringMatching(/^ScanContinuationQueue/), 'Arn'] }],
      },
    ]);
  });

  it('lets somebody else complete its steps', () => {
    const scan = createFunction();
    const other = new WorkflowStepFunction(stack, 'Other', { entry: gateEntry, ringback: scan.ringback });
    scan.grantComplete(other);
    expect(allowedBy(Template.fromStack(stack), 'OtherRole').flatMap(({ actions }) => actions)).toContain(
      'transfer:SendWorkflowStepState',
    );
  });
});
