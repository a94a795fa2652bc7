import { PIPELINE_ROLE } from './test-cloud.ts';

const type = (Category: string, Owner: string, Provider: string) => ({ Category, Owner, Provider, Version: '1' });

/** An S3 source action as a template writes it. */
export function source(overrides: object = {}): object {
  return {
    Name: 'Fetch',
    ActionTypeId: type('Source', 'AWS', 'S3'),
    Configuration: { S3Bucket: 'source', S3ObjectKey: 'app.zip', PollForSourceChanges: false },
    OutputArtifacts: [{ Name: 'SourceArtifact' }],
    Namespace: 'fetched',
    RunOrder: 1,
    ...overrides,
  };
}

/** A Lambda invoke action as a template writes it. */
export function invoke(overrides: object = {}): object {
  return {
    Name: 'Check',
    ActionTypeId: type('Invoke', 'AWS', 'Lambda'),
    Configuration: { FunctionName: 'worker', UserParameters: 'etag=#{fetched.ETag}' },
    InputArtifacts: [{ Name: 'SourceArtifact' }],
    Namespace: 'checked',
    RunOrder: 1,
    ...overrides,
  };
}

/** A manual approval as a template writes it. */
export function approval(overrides: object = {}): object {
  return { Name: 'Approve', ActionTypeId: type('Approval', 'AWS', 'Manual'), RunOrder: 1, ...overrides };
}

/** An action of the custom type that {@link customType} registers. */
export function custom(overrides: object = {}): object {
  return {
    Name: 'Build',
    ActionTypeId: type('Build', 'Custom', 'Kiln'),
    Configuration: { Project: 'blue', Password: 'hush' },
    RunOrder: 1,
    ...overrides,
  };
}

/** The properties of a custom action type with a queryable and a secret property. */
export function customType(overrides: object = {}): object {
  return {
    Category: 'Build',
    Provider: 'Kiln',
    Version: '1',
    ConfigurationProperties: [
      { Name: 'Project', Required: true, Key: true, Secret: false, Queryable: true },
      { Name: 'Password', Required: false, Key: false, Secret: true },
    ],
    Settings: {
      EntityUrlTemplate: 'https://kiln.example/{Config:Project}',
      ExecutionUrlTemplate: 'https://kiln.example/{Config:Project}/{ExternalExecutionId}',
    },
    InputArtifactDetails: { MinimumCount: 0, MaximumCount: 1 },
    OutputArtifactDetails: { MinimumCount: 0, MaximumCount: 1 },
    ...overrides,
  };
}

/** A pipeline named `pipe`: one source, and a second stage of the given actions; further stages are named by number. */
export function pipeline(stages: readonly (readonly object[])[], overrides: object = {}): object {
  return {
    Name: 'pipe',
    RoleArn: PIPELINE_ROLE,
    ArtifactStore: { Type: 'S3', Location: 'artifacts' },
    Stages: [
      { Name: 'Source', Actions: [source()] },
      ...stages.map((actions, index) => ({ Name: `Stage${index + 1}`, Actions: actions })),
    ],
    ...overrides,
  };
}
