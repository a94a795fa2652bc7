import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeEach, describe, expect, it } from 'vitest';
import { ResourceHookFunction, type ResourceHookFunctionProps } from '../../infra/index.ts';
import { HookStack } from '../../infra/stacks/hook-stack.ts';
import { gateEntry, testApp, testStack } from './fixture.ts';
import { allowedStatements } from './policies.ts';

let stack: Stack;

beforeEach(() => {
  stack = testStack();
});

const createHook = (props: Partial<ResourceHookFunctionProps> = {}) =>
  new ResourceHookFunction(stack, 'Rules', { entry: gateEntry, hookName: 'Shop::Rules::Hook', ...props });

describe('a function for a hook', () => {
  it('is registered for every resource that is created or updated, and warns', () => {
    createHook();
    Template.fromStack(stack).hasResourceProperties('AWS::CloudFormation::LambdaHook', {
      Alias: 'Shop::Rules::Hook',
      FailureMode: 'WARN',
      HookStatus: 'ENABLED',
      LambdaFunction: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Rules'), 'Arn'] },
      TargetOperations: ['RESOURCE', 'CLOUD_CONTROL'],
      TargetFilters: { Actions: ['CREATE', 'UPDATE'], InvocationPoints: ['PRE_PROVISION'] },
    });
  });

  it('is registered as it is told', () => {
    createHook({
      failureMode: 'FAIL',
      enabled: false,
      targetOperations: ['STACK'],
      targetNames: ['AWS::S3::*'],
      actions: ['DELETE'],
      stackNames: { include: ['shop-*'], exclude: ['shop-test'] },
    });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudFormation::LambdaHook', {
      FailureMode: 'FAIL',
      HookStatus: 'DISABLED',
      TargetOperations: ['STACK'],
      TargetFilters: { Actions: ['DELETE'], TargetNames: ['AWS::S3::*'] },
      StackFilters: {
        FilteringCriteria: 'ALL',
        StackNames: { Include: ['shop-*'], Exclude: [{ Ref: 'AWS::StackName' }, 'shop-test'] },
      },
    });
  });

  it('is never asked about its own stack, so that it can be mended', () => {
    createHook();
    Template.fromStack(stack).hasResourceProperties('AWS::CloudFormation::LambdaHook', {
      StackFilters: { StackNames: { Exclude: [{ Ref: 'AWS::StackName' }] } },
    });
  });

  it('may be invoked by hooks of this account, and has no other permission than to log', () => {
    createHook();
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'hooks.cloudformation.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
    });
    expect(allowedStatements(template).map(({ actions, resources }) => [actions, resources])).toEqual(
      expect.arrayContaining([
        [['lambda:InvokeFunction'], [{ 'Fn::GetAtt': [expect.stringMatching(/^Rules/), 'Arn'] }]],
        [
          ['logs:CreateLogStream', 'logs:PutLogEvents'],
          [{ 'Fn::GetAtt': [expect.stringMatching(/^RulesLogs/), 'Arn'] }],
        ],
      ]),
    );
    expect(allowedStatements(template)).toHaveLength(2);
  });

  it('is registered only when it may be invoked', () => {
    createHook();
    Template.fromStack(stack).hasResource('AWS::CloudFormation::LambdaHook', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('HookPolicy')]),
    });
  });

  it.each([
    ['a name of two parts', { hookName: 'Shop::Hook' }, /named Name1::Name2::Name3.*"Shop::Hook"/],
    ['a name of AWS', { hookName: 'AWS::Shop::Hook' }, /not beginning with AWS/],
    ['nothing to be asked about', { targetOperations: [] }, /is never asked/],
    ['more time than CloudFormation waits', { timeout: Duration.seconds(31) }, /waits 30 s for a hook.*for 31 s/],
  ])('refuses %s', (_what, props, message) => {
    expect(() => createHook(props)).toThrow(message);
  });
});

describe('the example hook', () => {
  it('passes cdk-nag, and keeps to the types that its rules are about', () => {
    const app = testApp();
    const example = new HookStack(app, 'Hook');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const template = Template.fromStack(example);
    template.hasResourceProperties('AWS::CloudFormation::LambdaHook', {
      FailureMode: 'WARN',
      TargetFilters: { TargetNames: ['AWS::S3::*', 'AWS::SQS::*', 'AWS::DynamoDB::*', 'AWS::Logs::*'] },
    });
    for (const { actions, resources } of allowedStatements(template)) {
      expect([...actions, ...resources]).not.toContain('*');
    }
  });
});
