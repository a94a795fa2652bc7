import path from 'node:path';
import { expect, test } from 'vitest';
import { type DeployOptions, deployAssembly } from '../../../../lib/local/template/deploy-assembly.ts';
import { loadAssembly } from '../../../../lib/local/template/load-assembly.ts';
import { assemblyFolder } from './assembly-folder.ts';
import { localKernel } from './local-kernel.ts';
import { recordingService } from './recording-service.ts';

const QUEUE = { Type: 'AWS::SQS::Queue' };
const queue = (properties: object, more: object = {}) => ({ ...QUEUE, Properties: properties, ...more });

function deploy(templates: Record<string, unknown>, options: Partial<DeployOptions> = {}) {
  const service = recordingService('AWS::SQS::Queue');
  const assembly = loadAssembly(assemblyFolder(templates));
  const deployment = deployAssembly(assembly, { kernel: localKernel(), services: [service], ...options });
  return deployment.then((done) => ({ ...done, created: service.created }));
}

test('creates a resource after all that it refers to, waits for or substitutes', async () => {
  const { created } = await deploy({
    Main: {
      Resources: {
        D: queue({}, { DependsOn: ['C', 'A'] }),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of Fn::Sub
        C: queue({ QueueName: { 'Fn::Sub': '${B.Arn}' } }),
        B: queue({ Tags: [{ Value: { Ref: 'A' } }] }),
        A: QUEUE,
      },
    },
  });

  expect(created.map(({ logicalId }) => logicalId)).toEqual(['A', 'B', 'C', 'D']);
  expect(created[2]?.properties.QueueName).toBe('arn:test:Main.B');
});

test('names the way round when resources wait for each other', async () => {
  const resources = {
    A: queue({ x: { Ref: 'B' } }),
    B: queue({ x: { 'Fn::GetAtt': ['C', 'Arn'] } }),
    C: queue({}, { DependsOn: 'B' }),
  };

  await expect(deploy({ Main: { Resources: resources } })).rejects.toMatchObject({
    code: 'DependencyCycle',
    message: 'resources of stack Main depend on each other: B -> C -> B: break the circle',
  });
});

test('lets a branch that is not taken close a circle', async () => {
  const { created } = await deploy({
    Main: {
      Conditions: { Never: { 'Fn::Equals': [1, 2] } },
      Resources: { A: queue({ x: { 'Fn::If': ['Never', { Ref: 'B' }, 'none'] } }), B: queue({ x: { Ref: 'A' } }) },
    },
  });

  expect(created.map(({ properties }) => properties.x)).toEqual(['none', 'Main.A']);
});

test.each<[string, object, string]>([
  ['a reference', queue({ Tags: [{ Ref: 'Nobody' }] }), 'Resources.A.Properties.Tags[0].Ref'],
  ['an attribute', queue({ x: { 'Fn::GetAtt': 'Nobody.Arn' } }), 'Resources.A.Properties.x.Fn::GetAtt'],
  ['a dependency', queue({}, { DependsOn: 'Nobody' }), 'Resources.A.DependsOn'],
])('creates nothing when %s names nothing', async (_name, resource, place) => {
  const service = recordingService('AWS::SQS::Queue');
  const resources = { Before: QUEUE, A: resource };

  await expect(deploy({ Main: { Resources: resources } }, { services: [service] })).rejects.toMatchObject({
    code: 'ReferenceDangling',
    message: `stack Main: ${place}: there is no resource and no parameter "Nobody"`,
  });
  expect(service.created).toEqual([]);
});

test('refuses a reference to a resource whose condition does not hold', async () => {
  const template = {
    Conditions: { Never: { 'Fn::Equals': [1, 2] } },
    Resources: { A: queue({ x: { Ref: 'B' } }), B: { ...QUEUE, Condition: 'Never' } },
  };

  await expect(async () => deploy({ Main: template })).rejects.toMatchObject({ code: 'ReferenceDangling' });
});

test('leaves out resources and outputs whose condition does not hold', async () => {
  const { created, stacks } = await deploy({
    Main: {
      Conditions: { Never: { 'Fn::Equals': [1, 2] } },
      Resources: { A: queue({}, { DependsOn: 'B' }), B: { ...QUEUE, Condition: 'Never' } },
      Outputs: { Url: { Value: { Ref: 'B' }, Condition: 'Never' }, Other: { Value: { Ref: 'A' } } },
    },
  });

  expect(created).toHaveLength(1);
  expect(stacks[0]?.outputs).toEqual({ Other: 'Main.A' });
});

test('carries an export to the stack that imports it', async () => {
  const { created } = await deploy({
    Data: {
      Resources: { A: QUEUE },
      Outputs: { Url: { Value: { Ref: 'A' }, Export: { Name: { 'Fn::Join': ['', ['u', 'rl']] } } } },
    },
    Work: { Resources: { B: queue({ x: { 'Fn::ImportValue': 'url' } }) } },
  });

  expect(created[1]?.properties.x).toBe('Data.A');
});

test('gives parameters, pseudo parameters and lists their values', async () => {
  const template = {
    Parameters: {
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
      Count: { Type: 'Number', Default: 3 },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    },
    Resources: {
      A: queue({
        version: { Ref: 'BootstrapVersion' },
        count: { Ref: 'Count' },
        zones: { Ref: 'Zones' },
        account: { Ref: 'AWS::AccountId' },
        region: { Ref: 'AWS::Region' },
        partition: { Ref: 'AWS::Partition' },
        suffix: { Ref: 'AWS::URLSuffix' },
        stack: { Ref: 'AWS::StackName' },
        topics: { Ref: 'AWS::NotificationARNs' },
        nothing: { Ref: 'AWS::NoValue' },
      }),
    },
  };

  const { created } = await deploy({ Main: template }, { parameters: { Main: { Zones: 'c' } } });

  expect(created[0]?.properties).toEqual({
    version: '/cdk-bootstrap/hnb659fds/version',
    count: '3',
    zones: ['c'],
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    suffix: 'amazonaws.com',
    stack: 'Main',
    topics: [],
  });
});

test('refuses a parameter without a value', async () => {
  const template = { Parameters: { Vpc: { Type: 'String' } }, Resources: { A: QUEUE } };

  await expect(async () => deploy({ Main: template })).rejects.toMatchObject({
    code: 'ParameterMissing',
    message: 'parameter Vpc of stack Main has no default: give it a default or a value',
  });
});

test.each([
  [
    'a value that is not allowed',
    { AllowedValues: ['beta', 'prod'] },
    'gamma',
    'be one of "beta", "prod"; "gamma" is not',
  ],
  ['a part of a pattern', { AllowedPattern: '[a-z]+' }, 'beta-1', 'match [a-z]+ as a whole; "beta-1" is not'],
  ['a short text', { MinLength: 3 }, 'ab', 'have at least 3 characters; "ab" is not'],
  ['a long text', { MaxLength: '3' }, 'abcd', 'have at most 3 characters; "abcd" is not'],
  ['a low number', { Type: 'Number', MinValue: 2 }, '1', 'be at least 2; "1" is not'],
  ['a high number', { Type: 'Number', MaxValue: 2 }, '2.5', 'be at most 2; "2.5" is not'],
  ['a text for a number', { Type: 'Number' }, 'two', 'be a number; "two" is not'],
  [
    'an entry of a list',
    { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] },
    'a, c',
    'be one of "a", "b"; "c" is not',
  ],
  [
    'a secret',
    { MinLength: 8, NoEcho: true },
    'hunter2',
    'have at least 8 characters; its value, which is withheld, is not',
  ],
  [
    'what its author describes',
    { AllowedPattern: '\\d+', ConstraintDescription: 'digits alone' },
    'x',
    'match \\d+ as a whole (digits alone); "x" is not',
  ],
])('refuses %s as the value of a parameter', async (_what, parameter, value, problem) => {
  const template = { Parameters: { Given: { Type: 'String', ...parameter } }, Resources: { A: QUEUE } };
  const deployment = async () => deploy({ Main: template }, { parameters: { Main: { Given: value } } });
  await expect(deployment).rejects.toMatchObject({
    code: 'ParameterInvalid',
    message: `parameter Given of stack Main must ${problem}`,
  });
});

test('takes values that keep to their constraints, and leaves patterns alone that only Java knows', async () => {
  const Parameters = {
    Stage: { Type: 'String', AllowedValues: ['beta', 'prod'], AllowedPattern: 'beta|prod' },
    Count: { Type: 'Number', Default: 3, MinValue: '1', MaxValue: 3, AllowedValues: [1, 3] },
    Names: { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] },
    Java: { Type: 'String', AllowedPattern: '(?i)X*+' },
  };
  const given = { Stage: 'prod', Names: 'a,b', Java: 'x' };
  await expect(
    deploy({ Main: { Parameters, Resources: { A: QUEUE } } }, { parameters: { Main: given } }),
  ).resolves.toBeTruthy();
});

test('refuses a value for a parameter or a stack that is not there', async () => {
  const template = { Parameters: { Vpc: { Type: 'String', Default: 'v' } }, Resources: { A: QUEUE } };
  await expect(async () => deploy({ Main: template }, { parameters: { Main: { VPC: 'w' } } })).rejects.toMatchObject({
    code: 'ParameterUnknown',
    message: 'stack Main has no parameter VPC; it has Vpc',
  });
  await expect(async () => deploy({ Main: template }, { parameters: { Mian: { Vpc: 'w' } } })).rejects.toMatchObject({
    code: 'StackUnknown',
  });
});

test('says which resource a service refused, and why', async () => {
  const failing = {
    name: 'sqs',
    resources: {
      'AWS::SQS::Queue': () => {
        throw new Error('the name is taken');
      },
    },
  };

  await expect(deploy({ Main: { Resources: { A: QUEUE } } }, { services: [failing] })).rejects.toMatchObject({
    code: 'ResourceFailed',
    message: 'A (AWS::SQS::Queue) of stack Main cannot be created: the name is taken',
  });
});

test('finds a resource by its logical id and says which ones a short name may mean', async () => {
  const { find } = await deploy({
    Main: { Resources: { Gate12345678: QUEUE, GateRoleABCDEF12: QUEUE, Gates: QUEUE } },
  });

  expect(find('Gate').logicalId).toBe('Gate12345678');
  expect(find('GateRole').logicalId).toBe('GateRoleABCDEF12');
  expect(() => find('Ga')).toThrow(/may be any of Main\.Gate12345678 \(AWS::SQS::Queue\), /);
  expect(() => find('Nobody')).toThrow('no resource "Nobody" was deployed');
});

test('keeps ARNs of types that are not simulated well formed', async () => {
  const { stacks } = await deploy({
    Main: {
      Resources: {
        Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'late' } },
        Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/app/url' } },
        Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
        Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { InstanceProfileName: 'p' } },
      },
      Outputs: {
        Alarm: { Value: { 'Fn::GetAtt': ['Alarm', 'Arn'] } },
        Parameter: { Value: { 'Fn::GetAtt': ['Parameter', 'Arn'] } },
        Topic: { Value: { Ref: 'Topic' } },
        TopicName: { Value: { 'Fn::GetAtt': ['Topic', 'TopicName'] } },
        TopicArn: { Value: { 'Fn::GetAtt': ['Topic', 'TopicArn'] } },
        Profile: { Value: { 'Fn::GetAtt': ['Profile', 'Arn'] } },
      },
    },
  });

  expect(stacks[0]?.outputs).toEqual({
    Alarm: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:late',
    Parameter: 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/url',
    Topic: 'arn:aws:sns:eu-west-1:111122223333:news',
    TopicName: 'news',
    TopicArn: 'arn:aws:sns:eu-west-1:111122223333:news',
    Profile: 'arn:aws:iam::111122223333:instanceprofile/p',
  });
});

const functionFrom = (metadata: object) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Code: { S3Bucket: 'assets', S3Key: 'key.zip' } },
  Metadata: metadata,
});

test('finds an asset by the metadata of its resource where no asset manifest names it', async () => {
  const service = recordingService('AWS::Lambda::Function');
  const resources = {
    Asset: functionFrom({ 'aws:asset:path': 'asset.1', 'aws:asset:property': 'Code' }),
    Own: functionFrom({}),
  };
  const dir = assemblyFolder({ Main: { Resources: resources } }, { 'asset.1/index.mjs': '' });

  await deployAssembly(loadAssembly(dir), { kernel: localKernel(), services: [service] });

  expect(service.created.map(({ properties }) => properties.Code)).toEqual([
    { LocalPath: path.join(dir, 'asset.1') },
    { S3Bucket: 'assets', S3Key: 'key.zip' },
  ]);
});

test('names the asset and the resource when the file that metadata names is missing', async () => {
  const resources = { Asset: functionFrom({ 'aws:asset:path': 'asset.1' }) };

  await expect(deploy({ Main: { Resources: resources } })).rejects.toMatchObject({
    code: 'AssetMissing',
    message: expect.stringMatching(/^asset asset\.1 of resource Asset is missing: /),
  });
});

test('makes text of outputs', async () => {
  const Outputs = { Yes: { Value: true }, Seven: { Value: 7 }, Text: { Value: 'x' } };
  const { stacks } = await deploy({ Main: { Resources: { A: QUEUE }, Outputs } });
  expect(stacks[0]?.outputs).toEqual({ Yes: 'true', Seven: '7', Text: 'x' });
});

test('refuses an output that is no text', async () => {
  const Outputs = { List: { Value: ['a'] } };
  await expect(deploy({ Main: { Resources: { A: QUEUE }, Outputs } })).rejects.toMatchObject({
    code: 'TemplateMalformed',
    message: 'stack Main: Outputs.List.Value must be text, but is ["a"]',
  });
});

test('refuses a name for two exports', async () => {
  const output = (Value: string) => ({ Value, Export: { Name: 'shop' } });
  const Outputs = { One: output('1'), Two: output('2') };
  await expect(deploy({ Main: { Resources: { A: QUEUE }, Outputs } })).rejects.toMatchObject({
    code: 'TemplateMalformed',
    message: 'stack Main cannot be created: Export with name shop is already exported',
  });
});

test.each<[object, string]>([
  [{ Resorces: {}, Resources: { A: QUEUE } }, 'Invalid template property or properties [Resorces]'],
  [{ Foo: 1, Bar: 2, Resources: { A: QUEUE } }, 'Invalid template property or properties [Foo, Bar]'],
  [{ Resources: { A: { ...QUEUE, Foo: 1 } } }, "Resources.A: Invalid template resource property 'Foo'"],
])('refuses the template %j', async (template, message) => {
  await expect(async () => deploy({ Main: template })).rejects.toMatchObject({
    code: 'TemplateMalformed',
    message: expect.stringContaining(message),
  });
});

test('takes all that a template and a resource may have', async () => {
  const attributes = { CreationPolicy: {}, DeletionPolicy: 'Retain', UpdatePolicy: {}, UpdateReplacePolicy: 'Delete' };
  const sections = { AWSTemplateFormatVersion: '2010-09-09', Description: 'x', Metadata: {}, Rules: {}, Hooks: {} };
  const template = { ...sections, Resources: { A: { ...QUEUE, ...attributes, Metadata: {} } } };
  expect((await deploy({ Main: template })).created).toHaveLength(1);
});
