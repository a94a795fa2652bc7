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
