import { arnOf, each, harmless, type MemberKnowledge, simulated, simulatedWhen } from './property.ts';

const TAGS = harmless('nothing reads the tags of these');

/** What is known of the properties of the resources of SQS and EventBridge. */
export const messageProperties: Readonly<Record<string, MemberKnowledge>> = {
  'AWS::SQS::Queue': {
    ...each(
      [
        'QueueName',
        'DelaySeconds',
        'MaximumMessageSize',
        'MessageRetentionPeriod',
        'ReceiveMessageWaitTimeSeconds',
        'VisibilityTimeout',
        'RedrivePolicy',
        'RedriveAllowPolicy',
        'KmsMasterKeyId',
        'KmsDataKeyReusePeriodSeconds',
        'SqsManagedSseEnabled',
      ],
      simulated,
    ),
    FifoQueue: simulatedWhen('false', (value) => String(value) === 'false'),
    Tags: TAGS,
  },
  'AWS::SQS::QueuePolicy': each(['PolicyDocument', 'Queues'], simulated),
  'AWS::Events::Rule': {
    ...each(['Name', 'Description', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State'], simulated),
    Targets: {
      ...each(
        ['Id', 'RoleArn', 'Input', 'InputPath', 'InputTransformer', 'DeadLetterConfig', 'RetryPolicy'],
        simulated,
      ),
      Arn: simulatedWhen('functions, queues, pipelines', arnOf('lambda', 'sqs', 'codepipeline')),
    },
    Tags: TAGS,
  },
  'AWS::Events::EventBus': {
    Name: simulated,
    Description: harmless('a word to people'),
    KmsKeyIdentifier: harmless('nothing is encrypted, and EventBridge itself uses the key'),
    LogConfig: harmless('logs are not kept'),
    Tags: TAGS,
  },
};
