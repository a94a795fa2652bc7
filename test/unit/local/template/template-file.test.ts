import { symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createLocalCloud } from '../../../../lib/local/index.ts';
import { loadTemplate } from '../../../../lib/local/template/load-template.ts';
import { folder } from './assembly-folder.ts';

/** What a template in a file becomes. */
const load = (template: string) => loadTemplate(`${folder({ 'template.yaml': template })}/template.yaml`, 'Shop');
const resourcesOf = (template: string) => load(template).stacks[0]?.template.Resources ?? {};
const sam = (resources: string, globals = '') =>
  resourcesOf(`Transform: AWS::Serverless-2016-10-31\n${globals}Resources:\n${resources}`);

const QUEUE = 'Resources: { Queue: { Type: AWS::SQS::Queue } }\n';

describe('a template that somebody wrote', () => {
  it('may use the short forms of functions', () => {
    const resources = resourcesOf(`
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      A: !Ref Other
      B: !GetAtt Other.Outputs.Name
      C: !Sub '\${Other}-x'
      D: !Join ['-', [a, !Ref Other]]
      E: !If [IsLarge, { deep: !GetAtt [Other, Arn] }, !Ref AWS::NoValue]
      F: !FindInMap [Map, a, b]
      G: 2012-10-17
`);
    expect(resources.Queue?.Properties).toEqual({
      A: { Ref: 'Other' },
      B: { 'Fn::GetAtt': ['Other', 'Outputs.Name'] },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
      C: { 'Fn::Sub': '${Other}-x' },
      D: { 'Fn::Join': ['-', ['a', { Ref: 'Other' }]] },
      E: { 'Fn::If': ['IsLarge', { deep: { 'Fn::GetAtt': ['Other', 'Arn'] } }, { Ref: 'AWS::NoValue' }] },
      F: { 'Fn::FindInMap': ['Map', 'a', 'b'] },
      G: '2012-10-17',
    });
  });

  it('may be JSON', () => {
    expect(resourcesOf('{ "Resources": { "Queue": { "Type": "AWS::SQS::Queue" } } }')).toEqual({
      Queue: { Type: 'AWS::SQS::Queue' },
    });
  });

  it('names an attribute with each resource that it asks for one', async () => {
    const cloud = await createLocalCloud();
    const template = `${folder({ 'template.yaml': `${QUEUE}Outputs: { Arn: { Value: !GetAtt Queue } }\n` })}/template.yaml`;
    await expect(cloud.deploy({ template })).rejects.toThrow('Outputs.Arn.Value.Fn::GetAtt: must be a list of 2');
    await cloud.stop();
  });

  it('runs code that lies beside it, named by its path', async () => {
    const dir = folder({
      'code/index.js': 'exports.handler = async () => "here";',
      'template.yaml': `
Transform: AWS::Serverless-2016-10-31
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs24.x, Handler: index.handler, CodeUri: code, FunctionName: greeter }
`,
    });
    const cloud = await createLocalCloud();
    const deployment = await cloud.deploy({ template: `${dir}/template.yaml`, stackName: 'Shop' });
    expect(deployment.stacks.map(({ name }) => name)).toEqual(['Shop']);
    const response = await fetch(`${cloud.endpoint}/2015-03-31/functions/greeter/invocations`, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=none',
      },
    });
    expect(await response.text()).toBe('"here"');
    await cloud.stop();
  });

  it('is one or the other: an assembly or a template', async () => {
    const cloud = await createLocalCloud();
    await expect(cloud.deploy({})).rejects.toThrow('either the folder of an assembly or a template');
    await expect(cloud.deploy({ assembly: 'a', template: 'b' })).rejects.toThrow('either the folder');
    await cloud.stop();
  });

  it.each([
    [
      'Resources:\n  A: [',
      'is malformed: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2',
    ],
    ['Resources:\n  A: 1', 'Resources.A must be an object'],
    ['', 'is malformed: it holds no Resources, but nothing'],
    ['# nothing yet', 'it holds no Resources, but nothing'],
    ['a sentence', 'it holds no Resources, but a single value'],
    ['- a\n- b', 'it holds no Resources, but a list'],
    ['Description: nothing yet', 'has no Resources: a stack is made of at least one'],
    ['services: { web: { image: web } }', 'Invalid template property or properties [services]'],
    [`${QUEUE}---\n${QUEUE}`, 'it holds several documents, of which a template is one'],
    [`Resources:\n\tA:\n`, 'Tabs are not allowed as indentation at line 2, column 1'],
    ['Resources: { A: { Type: X }, A: { Type: Y } }', 'Map keys must be unique at line 1, column 30'],
    ['Resources: { A: &a { Type: X, Properties: *a } }', '*a stands within what it repeats'],
    ['Resources: { A: *a }', '*a repeats what no &a marks'],
    [
      'Resources: { F: { Type: AWS::Serverless::Function } }',
      'F is a AWS::Serverless::Function, which needs the line "Transform: AWS::Serverless-2016-10-31" at the top',
    ],
    ['Transform: AWS::LanguageExtensions\nResources: {}', 'the transform "AWS::LanguageExtensions" is not simulated'],
  ])('that is wrong is refused with the place: %j', (template, message) => {
    expect(() => load(template)).toThrow(message);
  });

  it('may repeat what it marks, and merge it', () => {
    const resources = resourcesOf(`
Resources:
  A: &a { Type: AWS::SQS::Queue, Properties: &settings { DelaySeconds: 1, VisibilityTimeout: 2 } }
  B: *a
  C: { <<: *a, Properties: { DelaySeconds: 3, <<: *settings } }
`);
    expect(resources.B).toEqual(resources.A);
    expect(resources.C).toEqual({ Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 3, VisibilityTimeout: 2 } });
  });

  it('that is a folder is told from one that is not there', () => {
    const dir = folder({ 'template.yaml': QUEUE });
    expect(() => loadTemplate(dir, 'Shop')).toThrow(`${dir} is a folder: name the template in it`);
  });

  it('that cannot be read is told from one that is not there', () => {
    const circle = `${folder({ 'other.yaml': QUEUE })}/template.yaml`;
    symlinkSync(circle, circle);
    expect(() => loadTemplate(circle, 'Shop')).toThrow(`template ${circle} cannot be read: ELOOP`);
  });

  it('that is not there is named', () => {
    expect(() => loadTemplate('/nowhere/template.yaml', 'Shop')).toThrow('there is no template /nowhere/template.yaml');
  });
});

describe('a function of SAM', () => {
  it('becomes the function, its role, its settings and its event sources', () => {
    const resources = sam(
      `
  Gate:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./gate
      Environment: { Variables: { B: '2' } }
      Tags: { Team: shop }
      EventInvokeConfig:
        MaximumRetryAttempts: 1
        DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failed.Arn } }
      Policies:
        - AmazonS3ReadOnlyAccess
        - Statement: [{ Effect: Allow, Action: 's3:GetObject', Resource: '*' }]
      Events:
        Jobs: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn, BatchSize: 1 } }
        Clock: { Type: Schedule, Properties: { Schedule: rate(1 minute), Enabled: false } }
        Changed: { Type: EventBridgeRule, Properties: { Pattern: { source: [shop] }, RetryPolicy: { MaximumRetryAttempts: 2 } } }
`,
      "Globals: { Function: { Timeout: 30, Environment: { Variables: { A: '1' } } } }\n",
    );
    expect(Object.entries(resources).map(([id, { Type }]) => [id, Type])).toEqual([
      ['Gate', 'AWS::Lambda::Function'],
      ['GateRole', 'AWS::IAM::Role'],
      ['GateEventInvokeConfig', 'AWS::Lambda::EventInvokeConfig'],
      ['GateJobs', 'AWS::Lambda::EventSourceMapping'],
      ['GateClock', 'AWS::Events::Rule'],
      ['GateClockPermission', 'AWS::Lambda::Permission'],
      ['GateChanged', 'AWS::Events::Rule'],
      ['GateChangedPermission', 'AWS::Lambda::Permission'],
    ]);
    expect(resources.Gate?.Properties).toMatchObject({
      Role: { 'Fn::GetAtt': ['GateRole', 'Arn'] },
      Timeout: 30,
      Environment: { Variables: { A: '1', B: '2' } },
      Code: { LocalPath: expect.stringMatching(/\/gate$/) },
      Tags: [{ Key: 'Team', Value: 'shop' }],
    });
    const role = JSON.stringify(resources.GateRole?.Properties);
    for (const part of [
      'AWSLambdaBasicExecutionRole',
      'AWSLambdaSQSQueueExecutionRole',
      'AmazonS3ReadOnlyAccess',
      's3:GetObject',
      'sqs:SendMessage',
    ]) {
      expect(role).toContain(part);
    }
    expect(resources.GateEventInvokeConfig?.Properties).toEqual({
      FunctionName: { Ref: 'Gate' },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
    });
    expect(resources.GateClock?.Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' });
    expect(resources.GateChanged?.Properties).toMatchObject({
      EventPattern: { source: ['shop'] },
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 2 } }],
    });
  });

  it('keeps a role that it names', () => {
    const resources = sam(
      '  Gate: { Type: AWS::Serverless::Function, Properties: { CodeUri: c, Role: !GetAtt Mine.Arn } }\n',
    );
    expect(Object.keys(resources)).toEqual(['Gate']);
  });

  it("takes an intrinsic function in the place of a map of Globals, and not among that map's members", () => {
    const resources = sam(
      '  Gate: { Type: AWS::Serverless::Function, Properties: { CodeUri: c, Environment: !If [A, { Variables: {} }, !Ref AWS::NoValue] } }\n',
      'Globals: { Function: { Environment: { Variables: { A: 1 } } } }\n',
    );
    expect(Object.keys(resources.Gate?.Properties?.Environment as object)).toEqual(['Fn::If']);
  });

  it('has the policies that a condition chooses, each where it belongs', () => {
    const resources = sam(
      fn(
        `CodeUri: c, Policies: [!If [A, AmazonS3ReadOnlyAccess, !Ref AWS::NoValue], !If [A, { Statement: [] }, { Statement: [1] }]]`,
      ),
    );
    const none = { Ref: 'AWS::NoValue' };
    const statements = (list: unknown[]) => ({ PolicyName: 'GateRolePolicy0', PolicyDocument: { Statement: list } });
    expect(resources.GateRole?.Properties).toMatchObject({
      ManagedPolicyArns: [
        expect.anything(),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in
        { 'Fn::If': ['A', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess' }, none] },
      ],
      Policies: [{ 'Fn::If': ['A', statements([]), statements([1])] }],
    });
  });

  it.each([
    ['its address', 's3://code/gate.zip', { S3Bucket: 'code', S3Key: 'gate.zip' }],
    ['bucket and key', '{ Bucket: code, Key: k, Version: v }', { S3Bucket: 'code', S3Key: 'k', S3ObjectVersion: 'v' }],
  ])('has code in S3, by %s', (_what, uri, code) => {
    expect(sam(fn(`CodeUri: ${uri}`)).Gate?.Properties?.Code).toEqual(code);
  });

  it.each([
    ['a list of sections', '[Function]', 'Globals must be a map'],
    ['a section that SAM does not know', '{ Functions: {} }', 'Globals has Functions; SAM knows Function, Api'],
    ['a section that is no map', '{ Function: 1 }', 'Function of Globals must be a map'],
  ])('is not given wrong defaults: %s', (_what, globals, message) => {
    expect(() => sam(fn('CodeUri: c'), `Globals: ${globals}\n`)).toThrow(message);
  });

  const fn = (properties: string) => `  Gate: { Type: AWS::Serverless::Function, Properties: { ${properties} } }\n`;
  it.each([
    ['a table of SAM', '  T: { Type: AWS::Serverless::SimpleTable }\n', 'only AWS::Serverless::Function is simulated'],
    ['an alias', fn('CodeUri: c, AutoPublishAlias: live'), 'AutoPublishAlias, which is not simulated'],
    ['an API', fn('CodeUri: c, Events: { Get: { Type: Api } }'), 'the event Get of Gate is of the type Api'],
    [
      'an event without a type',
      fn('CodeUri: c, Events: { Get: { Properties: {} }, Put: }'),
      'the event Get of Gate names no Type',
    ],
    ['a list of events', fn('CodeUri: c, Events: [{ Type: SQS }]'), 'Events of Gate must be a map of events by name'],
    ['a function for events', fn('CodeUri: c, Events: !Ref Other'), 'Events of Gate must be a map of events by name'],
    [
      'properties that are none',
      '  Gate: { Type: AWS::Serverless::Function, Properties: }\n',
      'Properties of Gate must',
    ],
    ['no code', fn('Handler: index.handler'), 'Gate has no code: name its folder as CodeUri'],
    ['a list among policies', fn('CodeUri: c, Policies: !If [A, [B], [C]]'), 'Policies of Gate has ["B"]'],
    [
      'a policy that has statements or a name',
      fn('CodeUri: c, Policies: [!If [A, { Statement: [] }, B]]'),
      'a policy of Gate has statements in one branch of its Fn::If alone',
    ],
    [
      'a policy template',
      fn('CodeUri: c, Policies: [{ SQSPollerPolicy: { QueueName: q } }]'),
      'the policy template SQSPollerPolicy',
    ],
    [
      'a destination that SAM makes',
      fn('CodeUri: c, EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS } } }'),
      'OnFailure of Gate must name a Destination',
    ],
    [
      'an id that is taken',
      `${fn('CodeUri: c, Events: { Queue: { Type: SQS, Properties: { Queue: x } } }')}  GateQueue: { Type: AWS::SQS::Queue }\n`,
      'SAM makes GateQueue, too',
    ],
  ])('is refused with what is not simulated: %s', (_what, resources, message) => {
    expect(() => sam(resources)).toThrow(message);
  });
});
