import { each, harmless, type MemberKnowledge, simulated } from './property.ts';

/** What is known of the properties of the resources of CloudFormation, CloudWatch Logs and Systems Manager. */
export const operationsProperties: Readonly<Record<string, MemberKnowledge>> = {
  'AWS::CloudFormation::LambdaHook': each(
    [
      'Alias',
      'ExecutionRole',
      'FailureMode',
      'HookStatus',
      'LambdaFunction',
      'StackFilters',
      'TargetFilters',
      'TargetOperations',
    ],
    simulated,
  ),
  'AWS::CodeBuild::Project': {
    ...each(
      [
        'Artifacts',
        'ConcurrentBuildLimit',
        'EncryptionKey',
        'Environment',
        'LogsConfig',
        'Name',
        'QueuedTimeoutInMinutes',
        'ServiceRole',
        'Source',
        'TimeoutInMinutes',
      ],
      simulated,
    ),
    ...each(
      ['AutoRetryLimit', 'BadgeEnabled', 'Description', 'ResourceAccessRole', 'Tags', 'Visibility'],
      harmless('each build runs by itself, and nobody else sees it'),
    ),
    Cache: harmless('a build begins with an empty folder, as one without a cache'),
    VpcConfig: harmless('builds run on this machine'),
  },
  'AWS::Logs::LogGroup': {
    ...each(['LogGroupName', 'RetentionInDays', 'KmsKeyId', 'Tags'], simulated),
    ...each(
      [
        'DataProtectionPolicy',
        'DeletionProtectionEnabled',
        'FieldIndexPolicies',
        'LogGroupClass',
        'ResourcePolicyDocument',
      ],
      harmless('log groups hold no events'),
    ),
  },
  'AWS::SSM::Parameter': {
    ...each(['Name', 'Type', 'Value', 'Description', 'AllowedPattern', 'DataType', 'Tier', 'Tags'], simulated),
    Policies: harmless('a parameter neither expires nor notifies within a run'),
  },
};
