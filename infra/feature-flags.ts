/**
 * The CDK feature flags of the app. They stand here and not in cdk.json, so that the app gives the same template with
 * and without the CDK's command line.
 */
export const featureFlags = {
  '@aws-cdk/aws-codepipeline:crossAccountKeysDefaultValueToFalse': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/pipelines:reduceStageRoleTrustScope': true,
} as const;
