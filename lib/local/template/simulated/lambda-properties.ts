import { arnOf, each, harmless, type MemberKnowledge, simulated, simulatedWhen } from './property.ts';

const TAGS = harmless('nothing reads the tags of these');
const WARM = harmless('concurrency that is kept ready changes cold starts only');
const SAID_ONCE = harmless('a word to people');
const destination = { Destination: simulatedWhen('queues and functions', arnOf('sqs', 'lambda')) };

/** What is known of the properties of Lambda's resources. */
export const lambdaProperties: Readonly<Record<string, MemberKnowledge>> = {
  'AWS::Lambda::Function': {
    ...each(
      [
        'FunctionName',
        'Description',
        'Handler',
        'Role',
        'MemorySize',
        'Timeout',
        'Environment',
        'ReservedConcurrentExecutions',
        'DeadLetterConfig',
      ],
      simulated,
    ),
    Runtime: simulatedWhen('nodejs…', (value) => String(value).startsWith('nodejs')),
    PackageType: simulatedWhen('Zip', (value) => value === 'Zip'),
    Code: simulatedWhen('all but container images', (value) => !Object.hasOwn(Object(value), 'ImageUri')),
    LoggingConfig: harmless('lines go to whoever watches the local cloud, as they are written'),
    Architectures: harmless('a function runs on the processor of this machine'),
    TracingConfig: harmless('a function does not see whether it is traced'),
    EphemeralStorage: harmless('a temporary folder has the room that this machine has'),
    RuntimeManagementConfig: harmless('all functions run on the Node of the local cloud'),
    RecursiveLoop: simulatedWhen('Allow', (value) => value === 'Allow'),
    CodeSigningConfigArn: harmless('it is checked when code is deployed to AWS'),
    Tags: TAGS,
  },
  'AWS::Lambda::Version': {
    FunctionName: simulated,
    Description: SAID_ONCE,
    CodeSha256: harmless('versions share the code of the function'),
    ProvisionedConcurrencyConfig: WARM,
  },
  'AWS::Lambda::Alias': {
    ...each(['FunctionName', 'FunctionVersion', 'Name'], simulated),
    Description: SAID_ONCE,
    ProvisionedConcurrencyConfig: WARM,
  },
  'AWS::Lambda::Permission': each(
    ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount', 'PrincipalOrgID'],
    simulated,
  ),
  'AWS::Lambda::EventInvokeConfig': {
    ...each(['FunctionName', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'Qualifier'], simulated),
    DestinationConfig: { OnFailure: destination, OnSuccess: destination },
  },
  'AWS::Lambda::EventSourceMapping': {
    ...each(
      [
        'BatchSize',
        'FunctionName',
        'FunctionResponseTypes',
        'MaximumBatchingWindowInSeconds',
        'ScalingConfig',
        'Enabled',
      ],
      simulated,
    ),
    EventSourceArn: simulatedWhen('queues', arnOf('sqs')),
    MetricsConfig: harmless('metrics are not kept'),
    Tags: TAGS,
  },
  'AWS::Lambda::LayerVersion': each(
    ['LayerName', 'Content', 'CompatibleRuntimes', 'CompatibleArchitectures', 'Description', 'LicenseInfo'],
    harmless('a function that uses a layer is named by its property Layers'),
  ),
};
