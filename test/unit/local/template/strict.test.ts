import { describe, expect, it } from 'vitest';
import type { CloudEvents } from '../../../../lib/local/kernel/events.ts';
import { deployAssembly } from '../../../../lib/local/template/deploy-assembly.ts';
import { loadAssembly } from '../../../../lib/local/template/load-assembly.ts';
import { KNOWN_PROPERTIES } from '../../../../lib/local/template/simulated/known-properties.ts';
import { unsimulatedProperties } from '../../../../lib/local/template/simulated/property.ts';
import { assemblyFolder } from './assembly-folder.ts';
import { localKernel } from './local-kernel.ts';
import { recordingService } from './recording-service.ts';

async function deploy(resources: object, strict?: boolean) {
  const kernel = localKernel();
  const notices: string[] = [];
  const unsimulated: CloudEvents['unsimulated'][] = [];
  kernel.events.on('notice', ({ message }) => notices.push(message));
  kernel.events.on('unsimulated', (event) => unsimulated.push(event));
  const services = [recordingService('AWS::SQS::Queue', 'AWS::S3::Bucket')];
  const assembly = loadAssembly(assemblyFolder({ Main: { Resources: resources } }));
  await deployAssembly(assembly, { kernel, services, ...(strict === undefined ? {} : { strict }) });
  return { notices, unsimulated };
}

const HARMLESS = {
  Logs: { Type: 'AWS::Logs::QueryDefinition', Properties: { Name: 'errors', QueryString: 'fields @message' } },
  Jobs: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 30, Tags: [{ Key: 'team', Value: 'tides' }] } },
  Store: { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration: { Rules: [] } } },
};
const HARMFUL = {
  ...HARMLESS,
  Machine: { Type: 'AWS::StepFunctions::StateMachine' },
  Copied: { Type: 'AWS::S3::Bucket', Properties: { ReplicationConfiguration: { Rules: [] } } },
  Told: { Type: 'AWS::S3::Bucket', Properties: { NotificationConfiguration: { LambdaConfigurations: [{}] } } },
};

describe('what is not simulated', () => {
  it('passes strict mode where it cannot change the outcome', async () => {
    const { notices, unsimulated } = await deploy(HARMLESS, true);
    expect(notices).toEqual([
      '1 resource is not simulated: AWS::Logs::QueryDefinition (1); none of them can change the outcome',
    ]);
    expect(unsimulated).toEqual([]);
  });

  it('is named in one notice', async () => {
    const { notices, unsimulated } = await deploy(HARMFUL);
    expect(notices).toEqual([
      '2 resources are not simulated: AWS::Logs::QueryDefinition (1), AWS::StepFunctions::StateMachine (1); ' +
        'not simulated, and able to change the outcome: AWS::StepFunctions::StateMachine (Main.Machine), ' +
        'property ReplicationConfiguration of AWS::S3::Bucket (Main.Copied), ' +
        'property NotificationConfiguration.LambdaConfigurations of AWS::S3::Bucket (Main.Told)',
    ]);
    expect(unsimulated.map(({ kind, where }) => [kind, where])).toEqual([
      ['resource', 'Main.Machine'],
      ['property', 'Main.Copied'],
      ['property', 'Main.Told'],
    ]);
  });

  it('ends a strict deployment in one line with every name', async () => {
    await expect(deploy(HARMFUL, true)).rejects.toMatchObject({
      code: 'NotSimulated',
      message: expect.stringMatching(
        /^[^\n]*StateMachine \(Main\.Machine\)[^\n]*ReplicationConfiguration[^\n]*LambdaConfigurations[^\n]*--no-strict goes on$/,
      ),
    });
  });

  it('says nothing where everything is simulated', async () => {
    const { notices } = await deploy({ Jobs: { Type: 'AWS::SQS::Queue' } }, true);
    expect(notices).toEqual([]);
  });
});

describe('the properties that could change the outcome', () => {
  const arn = (service: string) => `arn:aws:${service}:us-east-1:123456789012:name`;
  const stage = (members: object) => ({ Stages: [{ Name: 'Source', Actions: [] }, members] });
  const rule = (Arn: string) => ({
    Targets: [
      { Id: '1', Arn: arn('sqs') },
      { Id: '2', Arn },
    ],
  });

  it.each<[string, string, object, string[]]>([
    ['a member that nobody knows', 'AWS::SQS::Queue', { Colour: 'blue' }, ['Colour']],
    ['a FIFO queue', 'AWS::SQS::Queue', { FifoQueue: true }, ['FifoQueue']],
    ['a queue that is none', 'AWS::SQS::Queue', { FifoQueue: false }, []],
    ['a stream', 'AWS::DynamoDB::Table', { StreamSpecification: {} }, ['StreamSpecification']],
    [
      'a table under its own key',
      'AWS::DynamoDB::Table',
      { SSESpecification: { KMSMasterKeyId: 'k' } },
      ['SSESpecification'],
    ],
    ['a table under the key of AWS', 'AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true } }, []],
    ['a function in a network', 'AWS::Lambda::Function', { VpcConfig: {}, Timeout: 3 }, ['VpcConfig']],
    ['a container image', 'AWS::Lambda::Function', { Code: { ImageUri: 'x' } }, ['Code']],
    ['another language', 'AWS::Lambda::Function', { Runtime: 'python3.13' }, ['Runtime']],
    [
      'an event source that is no queue',
      'AWS::Lambda::EventSourceMapping',
      { EventSourceArn: arn('kinesis') },
      ['EventSourceArn'],
    ],
    ['a filter of events', 'AWS::Lambda::EventSourceMapping', { FilterCriteria: {} }, ['FilterCriteria']],
    ['a target that nobody simulates', 'AWS::Events::Rule', rule(arn('sns')), ['Targets.Arn']],
    ['targets that somebody does', 'AWS::Events::Rule', rule(arn('lambda')), []],
    ['a blocker in a stage', 'AWS::CodePipeline::Pipeline', stage({ Blockers: [] }), ['Stages.Blockers']],
    ['conditions of a stage', 'AWS::CodePipeline::Pipeline', stage({ OnFailure: { Result: 'ROLLBACK' } }), []],
    ['a step that decrypts', 'AWS::Transfer::Workflow', { Steps: [{ Type: 'COPY' }, { Type: 'DECRYPT' }] }, ['Steps']],
    ['steps that do not', 'AWS::Transfer::Workflow', { Steps: [{ Type: 'COPY' }] }, []],
  ])('of %s', (_name, type, properties, expected) => {
    expect(unsimulatedProperties(KNOWN_PROPERTIES[type] ?? {}, properties as Record<string, unknown>)).toEqual(
      expected,
    );
  });
});
