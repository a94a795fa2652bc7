import { Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { BuildRunner, PipelineJobFunction, ProvisioningEngine } from '../../infra/index.ts';
import { gateEntry, testApp, testRingback, testStack } from './fixture.ts';
import { allowedStatements } from './policies.ts';

describe('a runner', () => {
  it('passes cdk-nag, and lets a function start builds of its own project alone', () => {
    const app = testApp();
    const stack = new Stack(app, 'Test');
    const ringback = testRingback(stack);
    const runner = new BuildRunner(stack, 'Runner', { ringback });
    runner.grantStart(new PipelineJobFunction(stack, 'Job', { entry: gateEntry, ringback }));
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const template = Template.fromStack(stack);
    const allowed = allowedStatements(template).filter(({ actions }) =>
      actions.some((one) => one.startsWith('codebuild:')),
    );
    const project = stack.resolve(runner.project.projectArn);
    const ofFunction = allowed.filter(({ actions }) => actions.includes('codebuild:StartBuild'));
    expect(ofFunction).toMatchObject([
      {
        actions: [
          'codebuild:BatchGetBuilds',
          'codebuild:ListBuildsForProject',
          'codebuild:StartBuild',
          'codebuild:StopBuild',
        ],
        resources: [project],
      },
    ]);
    const ofReports = (actions: readonly string[]) => actions.some((one) => /Report|TestCase|Coverage/.test(one));
    for (const { actions, resources } of allowed) {
      expect(ofReports(actions)).toBe(false);
      expect(resources).toEqual([project]);
    }
  });

  it('leads every end of its builds to the last resort, and what cannot be led there to the dead letters', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    new BuildRunner(stack, 'Runner', { ringback });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.codebuild'],
        detail: {
          'build-status': ['SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'],
          'project-name': [{ Ref: Match.stringLikeRegexp('^RunnerProject') }],
        },
      },
      Targets: [
        Match.objectLike({
          Arn: stack.resolve(ringback.lastResortQueue.queueArn),
          DeadLetterConfig: { Arn: stack.resolve(ringback.deadLetterQueue.queueArn) },
        }),
      ],
    });
  });

  it('tells the last resort of its builds that a stopped pipeline waits for no more', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    new BuildRunner(stack, 'Runner', { ringback, projectName: 'shop' });
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.codepipeline'],
        detail: {
          state: ['ABANDONED', 'CANCELED'],
          'execution-result': {
            'external-execution-id': [
              { prefix: { 'Fn::Join': ['', [{ Ref: Match.stringLikeRegexp('^RunnerProject') }, ':']] } },
            ],
          },
        },
      },
      Targets: [Match.objectLike({ Arn: stack.resolve(ringback.lastResortQueue.queueArn) })],
    });
  });

  it('lets its builds complete the callbacks of those functions alone that start them', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    const runner = new BuildRunner(stack, 'Runner', { ringback });
    runner.grantStart(new PipelineJobFunction(stack, 'Job', { entry: gateEntry, ringback }));
    new ProvisioningEngine(stack, 'Engine', { entry: gateEntry, parserEntry: gateEntry, engine: { ringback } });
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    const role = stack.resolve(runner.role.roleArn)['Fn::GetAtt'][0];
    const text = JSON.stringify(policies.filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role)));
    expect(text).toContain('codepipeline:PutJobSuccessResult');
    expect(text).not.toContain('servicecatalog:Notify');
    expect(text).toMatch(/"dynamodb:LeadingKeys":\["codepipeline/);
  });

  it('lets whoever completes callbacks, and the last resort, stop its builds', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    new BuildRunner(stack, 'Runner', { ringback });
    const approver = new Role(stack, 'Approver', { assumedBy: new AccountRootPrincipal() });
    ringback.grantComplete(approver);
    const stopping = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter((policy) =>
      JSON.stringify(policy).includes('codebuild:StopBuild'),
    );
    const roles = stopping.flatMap(({ Properties }) => Properties.Roles as { Ref: string }[]).map(({ Ref }) => Ref);
    expect(roles).toContain(stack.resolve(approver.roleName).Ref);
    expect(roles).toContainEqual(expect.stringMatching(/LastResort/));
  });

  it('refuses a Ringback of another stack', () => {
    const app = testApp();
    const ringback = testRingback(new Stack(app, 'Shared'));
    expect(() => new BuildRunner(new Stack(app, 'Own'), 'Runner', { ringback })).toThrow(/of another stack/);
  });
});
