import { existsSync } from 'node:fs';
import path from 'node:path';
import { App, CfnCondition, CfnOutput, CfnParameter, Fn, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import { deployAssembly } from '../../../../lib/local/template/deploy-assembly.ts';
import { loadAssembly } from '../../../../lib/local/template/load-assembly.ts';
import { folder } from './assembly-folder.ts';
import { localKernel } from './local-kernel.ts';
import { recordingService } from './recording-service.ts';

const SIMULATED = ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::SQS::Queue', 'AWS::Lambda::Function'];

function synthesize(define: (app: App) => void, context: Record<string, unknown> = {}): string {
  const app = new App({
    outdir: path.join(folder(), 'cdk.out'),
    context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong', ...context },
  });
  define(app);
  return app.synth().directory;
}

/** A queue in one stack; in another a function that reads its address and a role, with a condition and an export. */
function twoStacks(app: App): void {
  const data = new Stack(app, 'Data');
  const queue = new Queue(data, 'Jobs');

  const work = new Stack(app, 'Work');
  const fast = new CfnParameter(work, 'Mode', { default: 'slow' });
  const isFast = new CfnCondition(work, 'IsFast', { expression: Fn.conditionEquals(fast, 'fast') });
  const optional = new CfnQueue(work, 'FastQueue');
  optional.cfnOptions.condition = isFast;
  const role = new Role(work, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  queue.grantSendMessages(role);
  const handler = new LambdaFunction(work, 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(folder({ 'index.mjs': 'export const handler = async () => "done";' })),
    role,
    environment: {
      QUEUE_URL: queue.queueUrl,
      SPEED: Fn.conditionIf('IsFast', 'fast', 'slow').toString(),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of Fn::Sub
      WHERE: Fn.sub('${AWS::StackName} in ${AWS::Region} for ${Who}', { Who: role.roleArn }),
    },
  });
  new CfnOutput(work, 'HandlerArn', { value: handler.functionArn, exportName: 'handler-arn' });
}

test('deploys two stacks with a cross-stack reference, a condition, an asset, Fn::Sub and an export', async () => {
  const service = recordingService(...SIMULATED);
  const assembly = loadAssembly(synthesize(twoStacks));

  const deployment = await deployAssembly(assembly, { kernel: localKernel(), services: [service] });

  expect(deployment.stacks.map(({ name }) => name)).toEqual(['Data', 'Work']);
  const queue = deployment.find('Data/Jobs');
  const role = deployment.find('Work/Role');
  const handler = service.created.find(({ type }) => type === 'AWS::Lambda::Function');
  expect(handler?.path).toBe('Work/Handler/Resource');
  expect(handler?.properties.Role).toBe(role.attributes.Arn);
  expect(handler?.properties.Environment.Variables).toEqual({
    QUEUE_URL: queue.physicalId,
    SPEED: 'slow',
    WHERE: `Work in eu-west-1 for ${role.attributes.Arn}`,
  });
  expect(service.created.filter(({ type }) => type === 'AWS::SQS::Queue')).toHaveLength(1);
  expect(deployment.stacks[1]?.outputs.HandlerArn).toBe(
    deployment.find('Handler', { type: handler?.type ?? '' }).attributes.Arn,
  );
});

test('gives the function the folder of its asset', async () => {
  const service = recordingService(...SIMULATED);

  await deployAssembly(loadAssembly(synthesize(twoStacks)), { kernel: localKernel(), services: [service] });

  const handler = service.created.find(({ type }) => type === 'AWS::Lambda::Function');
  expect(Object.keys(handler?.properties.Code)).toEqual(['LocalPath']);
  expect(path.isAbsolute(handler?.properties.Code.LocalPath)).toBe(true);
  expect(existsSync(path.join(handler?.properties.Code.LocalPath, 'index.mjs'))).toBe(true);
});

test('takes the other side of a condition when a parameter says so', async () => {
  const service = recordingService(...SIMULATED);
  const assembly = loadAssembly(synthesize(twoStacks));

  await deployAssembly(assembly, {
    kernel: localKernel(),
    services: [service],
    parameters: { Work: { Mode: 'fast' } },
  });

  const handler = service.created.find(({ type }) => type === 'AWS::Lambda::Function');
  expect(handler?.properties.Environment.Variables.SPEED).toBe('fast');
  expect(service.created.filter(({ type }) => type === 'AWS::SQS::Queue').map(({ logicalId }) => logicalId)).toContain(
    'FastQueue',
  );
});

test('deploys the stacks that are asked for and those that they need', async () => {
  const assembly = loadAssembly(
    synthesize((app) => {
      twoStacks(app);
      new Queue(new Stack(app, 'Other'), 'Unrelated');
    }),
  );
  const options = { kernel: localKernel(), services: [recordingService(...SIMULATED)] };

  const deployment = await deployAssembly(assembly, { ...options, stacks: ['Work'] });

  expect(deployment.stacks.map(({ name }) => name)).toEqual(['Data', 'Work']);
  await expect(deployAssembly(assembly, { ...options, stacks: ['Wrok'] })).rejects.toThrow(
    /no stack "Wrok" in .*it holds Data, Work, Other/,
  );
});

test('deploys the stacks of a stage and the stacks nested in them', async () => {
  const service = recordingService('AWS::SQS::Queue', 'AWS::Lambda::Function');
  const dir = synthesize((app) => {
    const stack = new Stack(new Stage(app, 'Prod'), 'Outer');
    const outer = new Queue(stack, 'OuterQueue');
    const nested = new NestedStack(stack, 'Inner');
    const inner = new Queue(nested, 'InnerQueue', { deadLetterQueue: { queue: outer, maxReceiveCount: 2 } });
    new CfnOutput(stack, 'InnerArn', { value: inner.queueArn });
  });

  const deployment = await deployAssembly(loadAssembly(dir), { kernel: localKernel(), services: [service] });

  const inner = service.created.find(({ logicalId }) => logicalId.startsWith('InnerQueue'));
  const outer = deployment.find('OuterQueue');
  expect(deployment.stacks.at(-1)).toMatchObject({
    name: 'Prod-Outer',
    outputs: { InnerArn: `arn:test:${inner?.stackName}.${inner?.logicalId}` },
  });
  expect(inner?.properties.RedrivePolicy.deadLetterTargetArn).toBe(outer.attributes.Arn);
});

test('resolves weak references between stacks', async () => {
  const service = recordingService('AWS::SQS::Queue', 'AWS::Lambda::Function');
  const dir = synthesize(
    (app) => {
      const queue = new Queue(new Stack(app, 'Data'), 'Jobs');
      const work = new Stack(app, 'Work');
      new Queue(work, 'Own');
      new CfnOutput(work, 'Url', { value: queue.queueUrl });
    },
    { '@aws-cdk/core:defaultCrossStackReferences': 'weak' },
  );

  const deployment = await deployAssembly(loadAssembly(dir), { kernel: localKernel(), services: [service] });

  expect(deployment.stacks[1]?.outputs.Url).toBe(deployment.find('Data/Jobs').physicalId);
});

test('tells once which resource types are not simulated, and gives them values of the right look', async () => {
  const kernel = localKernel();
  const notices: string[] = [];
  kernel.events.on('notice', ({ message }) => notices.push(message));
  const dir = synthesize((app) => {
    const stack = new Stack(app, 'Logs', { analyticsReporting: true });
    const group = new LogGroup(stack, 'Group');
    new LogGroup(stack, 'Named', { logGroupName: '/aws/lambda/named' });
    new CfnOutput(stack, 'GroupArn', { value: group.logGroupArn });
    new Topic(stack, 'Topic');
  });

  const deployment = await deployAssembly(loadAssembly(dir), {
    kernel,
    services: [recordingService('AWS::SQS::Queue')],
  });

  expect(notices).toEqual([
    '3 resources are not simulated: AWS::Logs::LogGroup (2), AWS::SNS::Topic (1); not simulated, and able to change the ' +
      'outcome: AWS::Logs::LogGroup (Logs.GroupC77FDACD, Logs.NamedD2F31604)',
  ]);
  expect(deployment.find('Logs/Named').physicalId).toBe('/aws/lambda/named');
  const group = deployment.find('Logs/Group').physicalId;
  expect(group).toMatch(/^Logs-Group[0-9A-F]{8}-[0-9A-Z]{12}$/);
  expect(deployment.stacks[0]?.outputs.GroupArn).toBe(`arn:aws:logs:eu-west-1:111122223333:log-group:${group}:*`);
});
