import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes the least cloud assembly with the custom action type Source/Bench, a ledger table `ledger`, and one pipeline
 * for each mode, under its name, whose executions run side by side with one job each.
 */
export function writeWorkerAssembly(folder: string, modes: readonly string[]): string {
  const assembly = path.join(folder, 'assembly');
  mkdirSync(assembly, { recursive: true });
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'Workers.template.json' } };
  writeFileSync(
    path.join(assembly, 'manifest.json'),
    JSON.stringify({ version: '48.0.0', artifacts: { Workers: artifact } }),
  );
  writeFileSync(path.join(assembly, 'Workers.template.json'), JSON.stringify(template(modes)));
  return assembly;
}

function template(modes: readonly string[]) {
  const counts = { MinimumCount: 0, MaximumCount: 1 };
  return {
    Resources: {
      Type: {
        Type: 'AWS::CodePipeline::CustomActionType',
        Properties: {
          Category: 'Source',
          Provider: 'Bench',
          Version: '1',
          ConfigurationProperties: [{ Name: 'Mode', Required: true, Key: true, Secret: false }],
          InputArtifactDetails: counts,
          OutputArtifactDetails: counts,
        },
      },
      Ledger: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'ledger',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'codepipeline.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
        },
      },
      ...Object.fromEntries(modes.map((mode) => [`Pipeline${mode}`, pipeline(mode)])),
    },
  };
}

function pipeline(mode: string) {
  const type = (Category: string, Owner: string, Provider: string) => ({ Category, Owner, Provider, Version: '1' });
  const job = { Name: 'Job', ActionTypeId: type('Source', 'Custom', 'Bench'), Configuration: { Mode: mode } };
  return {
    Type: 'AWS::CodePipeline::Pipeline',
    Properties: {
      Name: mode,
      PipelineType: 'V2',
      ExecutionMode: 'PARALLEL',
      RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
      ArtifactStore: { Type: 'S3', Location: 'artifacts' },
      Stages: [
        { Name: 'Work', Actions: [job] },
        { Name: 'End', Actions: [{ Name: 'Never', ActionTypeId: type('Approval', 'AWS', 'Manual') }] },
      ],
    },
  };
}
