import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { handlerCode } from '../bundling/handler-code.ts';
import { AnyResourcePolicy } from './any-resource-policy.ts';
import { checkFunction } from './check-function.ts';
import { granteeWithin } from './grantee-within.ts';
import type { HandlerFunctionProps } from './handler-function-props.ts';

/** How long a function may run that was not told otherwise. */
const DEFAULT_TIMEOUT = Duration.seconds(30);

/** The same as Runtime.NODEJS_24_X, which releases of the CDK before it do not have. */
const NODEJS_24 = new Runtime('nodejs24.x', RuntimeFamily.NODEJS, { supportsInlineCode: true });

/**
 * A Lambda function on Node 24 and arm64 from one handler file, bundled to start fast, with a log group of its own.
 *
 * The role holds no managed policy: AWSLambdaBasicExecutionRole may write to every log group of the account.
 */
export class HandlerFunction extends LambdaFunction {
  /** @throws Error when the entry is no file, an id is taken, or a property is of another kind */
  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    checkFunction(scope, id, props);
    const { entry, handler = 'handler', bundling = {}, logRetention, logRemovalPolicy, ...options } = props;
    // They are there before the function is, so beside it: in a place of theirs, where no construct of the user's can be.
    // Only letters and digits make a logical id, so that of the role begins with GateRole.
    const parts = new Construct(scope, `${id}:`);
    const logGroup = new LogGroup(parts, 'Logs', {
      retention: logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: logRemovalPolicy ?? RemovalPolicy.RETAIN,
    });
    const role = props.role ?? new Role(parts, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    super(scope, id, {
      runtime: NODEJS_24,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: DEFAULT_TIMEOUT,
      ...options,
      role,
      logGroup,
      code: handlerCode(scope, { ...bundling, entry, handler }),
      handler: `index.${handler}`,
    });
    granteeWithin(this).grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (props.vpc !== undefined) allowNetworkInterfaces(this, role);
  }
}

function allowNetworkInterfaces(fn: HandlerFunction, role: IRole): void {
  const policy = new AnyResourcePolicy(fn, 'NetworkPolicy', {
    role,
    reason: 'Lambda makes the network interfaces of a function in a VPC, so their names are not known beforehand.',
    actions: [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
  });
  // Lambda checks the permissions when the function is created.
  fn.node.defaultChild?.node.addDependency(policy);
}
