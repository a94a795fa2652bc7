import { each, harmless, type MemberKnowledge, simulated } from './property.ts';

const SAID_ONCE = harmless('a word to people');

/** What is known of the properties of the resources of IAM and KMS. */
export const identityProperties: Readonly<Record<string, MemberKnowledge>> = {
  'AWS::IAM::Role': {
    ...each(
      [
        'RoleName',
        'Path',
        'AssumeRolePolicyDocument',
        'MaxSessionDuration',
        'PermissionsBoundary',
        'Policies',
        'ManagedPolicyArns',
      ],
      simulated,
    ),
    Description: SAID_ONCE,
    Tags: harmless('a policy that asks for them is answered when it is asked'),
  },
  'AWS::IAM::Policy': each(['PolicyName', 'PolicyDocument', 'Roles'], simulated),
  'AWS::IAM::RolePolicy': each(['RoleName', 'PolicyName', 'PolicyDocument'], simulated),
  'AWS::IAM::ManagedPolicy': {
    ...each(['ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'], simulated),
    Description: SAID_ONCE,
  },
  'AWS::KMS::Key': {
    KeyPolicy: simulated,
    ...each(
      [
        'EnableKeyRotation',
        'RotationPeriodInDays',
        'PendingWindowInDays',
        'KeySpec',
        'KeyUsage',
        'MultiRegion',
        'Origin',
        'BypassPolicyLockoutSafetyCheck',
      ],
      harmless('nothing is encrypted'),
    ),
    Description: SAID_ONCE,
    Tags: harmless('nothing reads the tags of these'),
  },
  'AWS::KMS::Alias': each(['AliasName', 'TargetKeyId'], simulated),
};
