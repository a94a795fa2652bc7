import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { HookStackNames } from '../constructs/resource-hook.ts';
import { ResourceHookFunction } from '../constructs/resource-hook-function.ts';
import { handlerPath } from '../handler-path.ts';

/** Properties of {@link HookStack}. */
export interface HookStackProps extends StackProps {
  /** What becomes of an operation that is against the rules, in the whole account. @default 'WARN' */
  readonly failureMode?: 'WARN' | 'FAIL';
  /** The stacks whose deployments it is asked about. @default - all but its own */
  readonly stackNames?: HookStackNames;
  /** What becomes of the log group with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An example hook: encryption and public access of buckets, queues, tables and log groups. It acts on every deployment
 * of account and Region, so deploy it by name, and see what it warns of before it may stop anything.
 */
export class HookStack extends Stack {
  constructor(scope: Construct, id: string, props: HookStackProps = {}) {
    const { failureMode = 'WARN', stackNames, removalPolicy = RemovalPolicy.RETAIN, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: a Lambda Hook for encryption and public access', ...stackProps });

    const rules = new ResourceHookFunction(this, 'Rules', {
      entry: handlerPath('resource-hook'),
      description: 'Checks encryption and public access before resources are provisioned',
      hookName: 'Ringback::Example::Rules',
      targetNames: ['AWS::S3::*', 'AWS::SQS::*', 'AWS::DynamoDB::*', 'AWS::Logs::*'],
      failureMode,
      logRemovalPolicy: removalPolicy,
      ...(stackNames === undefined ? {} : { stackNames }),
    });
    new CfnOutput(this, 'HookArn', { value: rules.hook.attrHookArn });
    new CfnOutput(this, 'FunctionArn', { value: rules.functionArn });
    new CfnOutput(this, 'HookRoleArn', { value: rules.hookRole.roleArn });
  }
}
