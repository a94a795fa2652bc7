import { Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { CallbackFunction } from '../../infra/index.ts';
import { gateEntry, testApp, testRingback, testStack } from './fixture.ts';
import { allowedBy } from './policies.ts';

describe('the ledger', () => {
  it('is billed by use, recoverable to any second, and forgets by the expiration attribute', () => {
    const stack = testStack();
    testRingback(stack);
    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
        DeletionProtectionEnabled: false,
      },
    });
  });

  it('goes with the stack, or cannot be deleted, where the properties say so', () => {
    const stack = testStack();
    testRingback(stack, { removalPolicy: RemovalPolicy.DESTROY, deletionProtection: true });
    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: true },
    });
  });
});

describe('the last resort', () => {
  it('is fed by a queue that gives up after six receipts, to one that keeps for 14 days', () => {
    const stack = testStack();
    testRingback(stack);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 180,
      SqsManagedSseEnabled: true,
      RedrivePolicy: {
        maxReceiveCount: 6,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RingbackDeadLetters'), 'Arn'] },
      },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RingbackLastResortQueue'), 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('has queues that refuse what does not come by TLS', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback }).enableContinuation();
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SQS::Queue', 3);
    template.resourceCountIs('AWS::SQS::QueuePolicy', 3);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    });
  });

  it('may call the result APIs that the functions of the stack call', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    const statement = () => new PolicyStatement({ actions: ['example:Answer'], resources: ['*'] });
    ringback.addResultPermissions(statement(), 'the example service has no resources');
    ringback.addResultPermissions(statement(), 'the example service has no resources');
    expect(allowedBy(Template.fromStack(stack), 'RingbackResultPolicy')).toEqual([
      expect.objectContaining({ actions: ['example:Answer'], resources: ['*'] }),
    ]);
  });
});

describe('watching', () => {
  it('raises an alarm when the last resort is used, fails or stalls, and when a delivery stays unanswered', () => {
    const stack = testStack();
    const topic = new Topic(stack, 'Topic');
    testRingback(stack, { alarmTopic: topic });
    const template = Template.fromStack(stack);
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.map(({ Properties }) => Properties.MetricName).sort()).toEqual([
      'ApproximateAgeOfOldestMessage',
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesVisible',
      'Errors',
      'Invocations',
    ]);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^Topic') }],
    });
  });

  it('shows every function on the dashboard', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback });
    const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    expect(JSON.stringify(dashboard?.Properties.DashboardBody)).toContain('Gate: invocations');
  });

  it('does without a dashboard where none is wanted', () => {
    const stack = testStack();
    const ringback = testRingback(stack, { dashboard: false });
    new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback });
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });
});

describe('where it is told how callbacks end', () => {
  const regional = (region: string) => new Stack(testApp(), 'Regional', { env: { account: '123456789012', region } });
  const busOf = (stack: Stack, region: string) =>
    EventBus.fromEventBusArn(stack, 'Bus', `arn:aws:events:${region}:123456789012:event-bus/outcomes`);

  it.each(['Ringback', 'shop/gates #2:a', Fn.importValue('Namespace')])('may be the namespace %j', (namespace) => {
    expect(() => testRingback(testStack(), { metricsNamespace: namespace })).not.toThrow();
  });

  it.each(['', ':gates', 'gates"\n', 'AWS/Lambda', 'g'.repeat(256)])('is not the namespace %j', (namespace) => {
    expect(() => testRingback(testStack(), { metricsNamespace: namespace })).toThrow(
      'the metricsNamespace of Test/Ringback has 1 to 255 letters',
    );
  });

  it('is a bus, and not the name of one', () => {
    const props = { outcomeEventBus: 'default' as never };
    expect(() => testRingback(testStack(), props)).toThrow(
      'is an event bus, such as EventBus.fromEventBusName(…), but',
    );
  });

  it('is a bus of the same Region', () => {
    const [here, there] = [regional('eu-west-1'), regional('eu-west-1')];
    expect(() => testRingback(here, { outcomeEventBus: busOf(here, 'eu-west-1') })).not.toThrow();
    expect(() => testRingback(there, { outcomeEventBus: busOf(there, 'us-east-1') })).toThrow(
      'Regional/Ringback is in eu-west-1 and its outcomeEventBus in us-east-1',
    );
  });
});

describe('cdk-nag', () => {
  it('finds nothing in a Ringback with a function', () => {
    const stack = testStack();
    new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback: testRingback(stack) });
    Validations.of(stack.node.root).addPlugins(new AwsSolutionsChecks(stack.node.root));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  it('still finds what a user adds to the role of a function', () => {
    const stack = testStack();
    const fn = new CallbackFunction(stack, 'Gate', { entry: gateEntry, ringback: testRingback(stack) });
    fn.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    Validations.of(stack.node.root).addPlugins(new AwsSolutionsChecks(stack.node.root));
    expect(() => Template.fromStack(stack)).toThrow('AwsSolutions-IAM5[Resource::*]');
  });
});
