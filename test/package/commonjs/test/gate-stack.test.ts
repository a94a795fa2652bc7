import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { GateStack } from '../lib/gate-stack';

test('has a function for each handler, and the last resort', () => {
  const template = Template.fromStack(new GateStack(new App(), 'Gates'));
  template.hasResourceProperties('AWS::Lambda::Function', { Runtime: 'nodejs24.x' });
  template.resourceCountIs('AWS::Lambda::Function', 3);
});
