import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { CloudControlPolicy } from '../../infra/index.ts';
import { testApp } from './fixture.ts';
import { allowedStatements } from './policies.ts';

it('allows requests of Cloud Control and what they are followed with, and no pattern of actions', () => {
  const stack = new Stack(testApp(), 'Stack');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new CloudControlPolicy(stack, 'CloudControl', { role });
  const statements = allowedStatements(Template.fromStack(stack));
  const actions = statements.flatMap((statement) => statement.actions);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  expect(actions).toEqual(
    expect.arrayContaining([
      'cloudformation:CreateResource',
      'cloudformation:DescribeType',
      'cloudformation:GetHookResult',
    ]),
  );
  const anywhere = statements
    .filter(({ resources }) => resources.includes('*'))
    .flatMap((statement) => statement.actions);
  expect(anywhere.sort()).toEqual(['cloudformation:GetHookResult', 'cloudformation:ListHookResults']);
});
