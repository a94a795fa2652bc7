import type { PolicyDocument } from '../kernel/kernel.ts';

const LOG_ACTIONS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * The AWS managed policies whose statements are built in, by path and name, as the AWS Managed Policy Reference
 * documents them (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html).
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ['*'],
  AWSCodePipelineCustomActionAccess: [
    'codepipeline:AcknowledgeJob',
    'codepipeline:GetJobDetails',
    'codepipeline:PollForJobs',
    'codepipeline:PutJobFailureResult',
    'codepipeline:PutJobSuccessResult',
  ],
  AWSXRayDaemonWriteAccess: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
  'service-role/AWSLambdaBasicExecutionRole': LOG_ACTIONS,
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...LOG_ACTIONS,
  ],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    ...LOG_ACTIONS,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
};

const AWS_MANAGED = /^arn:[^:]+:iam::aws:policy\/(.+)$/;

/** Whether an ARN is that of a policy which AWS manages. */
export function isAwsManaged(policyArn: string): boolean {
  return AWS_MANAGED.test(policyArn);
}

/** The document of an AWS managed policy; `undefined` for one that is not built in. */
export function awsManagedPolicy(policyArn: string): PolicyDocument | undefined {
  const name = AWS_MANAGED.exec(policyArn)?.[1];
  if (name === undefined || !Object.hasOwn(ACTIONS, name)) return undefined;
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ACTIONS[name], Resource: '*' }] };
}
