import { Duration, type Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Code, type IFunction, Function as LambdaFunction, Runtime, SingletonFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  AdoptedFunction,
  type AdoptionProps,
  CustomActionWorker,
  PipelineJobFunction,
  ProvisioningEngine,
  ResourceHookFunction,
  Ringback,
} from '../../infra/index.ts';
import { gateEntry, testRingback, testStack } from './fixture.ts';
import { checks, ownFunction } from './own-function.ts';

describe('what cannot be adopted is refused with the reason', () => {
  const imported = (stack: Stack) =>
    LambdaFunction.fromFunctionArn(stack, 'Theirs', 'arn:aws:lambda:us-east-1:123456789012:function:theirs');
  it.each<readonly [string, (stack: Stack) => unknown, string]>([
    ['a function that was imported', imported, 'Test/Theirs cannot be adopted, since its variables cannot be set'],
    ['a version', (stack) => ownFunction(stack).currentVersion, 'or is a version, an alias or a SingletonFunction'],
    [
      'a function that several constructs share',
      (stack) =>
        new SingletonFunction(stack, 'Shared', {
          uuid: 'gate',
          runtime: Runtime.NODEJS_24_X,
          handler: 'index.handler',
          code: Code.fromInline('exports.handler = async () => {};'),
        }),
      'Test/Shared cannot be adopted',
    ],
    ['an ARN', () => 'arn:aws:lambda:us-east-1:123456789012:function:x', 'can be adopted, such as new NodejsFunction'],
    ['nothing', () => undefined, 'but got undefined'],
    [
      'a function with retries of its own',
      (stack) => ownFunction(stack, { retryAttempts: 1 }),
      'has asynchronous settings already',
    ],
    [
      'one of ours',
      (stack) => new PipelineJobFunction(stack, 'Ours', { entry: gateEntry, ringback: Ringback.of(stack) }),
      'adopt it once',
    ],
    [
      'a program in another language',
      (stack) => ownFunction(stack, { runtime: Runtime.PYTHON_3_13 }),
      'runs on python3.13, but handlers of Ringback are JavaScript',
    ],
    [
      'a Node.js that cannot load it, as NodejsFunction takes without feature flags',
      (stack) => ownFunction(stack, { runtime: Runtime.NODEJS_16_X }),
      'runs on nodejs16.x, but handlers of Ringback need Node.js 20 or newer: give it runtime: Runtime.NODEJS_24_X',
    ],
  ])('%s', (_what, make, message) => {
    const stack = testStack();
    testRingback(stack);
    expect(() => PipelineJobFunction.adopt(make(stack) as IFunction)).toThrow(message);
  });

  it('a choice that is none, and a Ringback that is none', () => {
    const fn = ownFunction(testStack());
    expect(() => PipelineJobFunction.adopt(fn, { onCrash: 'rerun' as 'fail' })).toThrow('but got "rerun"');
    expect(() => PipelineJobFunction.adopt(fn, { ringback: {} as Ringback })).toThrow(
      'is a Ringback, but got an object',
    );
  });

  it.each<readonly [string, (ringback: Ringback) => unknown, string]>([
    ['a Ringback in the place of properties', (ringback) => ringback, 'are properties, such as { ringback }'],
    ['nothing in the place of properties', () => null, 'are properties, such as { ringback }, but got null'],
    ['a number as an age', () => ({ maxEventAge: 300 }), 'maxEventAge of Test/Own is a duration, such as Duration'],
    [
      'an age that is too short',
      () => ({ maxEventAge: Duration.seconds(5) }),
      'Own: a maxEventAge of 5 s cannot be set',
    ],
  ])('%s', (_what, make, message) => {
    const stack = testStack();
    const choices = make(testRingback(stack)) as AdoptionProps;
    expect(() => PipelineJobFunction.adopt(ownFunction(stack), choices)).toThrow(message);
  });

  it('an age that Lambda does not take, where the service would', () => {
    const stack = testStack();
    const props = { ringback: testRingback(stack), maxEventAge: Duration.hours(10) };
    expect(() => new AdoptedFunction(ownFunction(stack), props)).toThrow('Lambda takes 60 to 21600 s');
  });

  it('a function that completes the callbacks of another Ringback', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    const theirs = new Ringback(stack, 'Theirs', { lastResortEntry: gateEntry });
    const webhook = ownFunction(stack, {}, 'Webhook');
    theirs.grantComplete(webhook);
    expect(() => PipelineJobFunction.adopt(webhook, { ringback })).toThrow(
      'Test/Webhook keeps the ledger of Test/Theirs, and a process has one',
    );
  });

  it('an event that could wait for longer than its service', () => {
    const stack = testStack();
    const props = { ringback: testRingback(stack), maxEventAge: Duration.hours(1) };
    expect(() => PipelineJobFunction.adopt(ownFunction(stack), props)).toThrow(
      'Own: a maxEventAge of 3600 s is too long',
    );
  });

  it.each([
    [['entry', 'engineFunction'], 'Test/Engine has entry and engineFunction: give it one of them'],
    [['parserEntry', 'parserFunction'], 'Test/Engine has parserEntry and parserFunction: give it one of them'],
    [['parser', 'parserFunction'], 'Test/Engine has parser and parserFunction: give it one of them'],
  ])('an engine with %j', (names, message) => {
    const stack = testStack();
    const fn = ownFunction(stack);
    const values = { entry: gateEntry, parserEntry: gateEntry, engineFunction: fn, parserFunction: fn, parser: {} };
    const needed = names.includes('engineFunction') ? { parserEntry: gateEntry } : { entry: gateEntry };
    const given = Object.entries(values).filter(([name]) => names.includes(name));
    const props = { ...needed, ...Object.fromEntries(given) };
    expect(() => new ProvisioningEngine(stack, 'Engine', props)).toThrow(message);
  });

  it.each([
    [{}, 'Test/Own is named by CloudFormation, but Service Catalog finds a parser by the name'],
    [{ functionName: 'parser' }, 'Test/Own is named parser, but Service Catalog finds a parser by the name'],
  ])('a parser that Service Catalog would not find: %j', (settings, message) => {
    const stack = testStack();
    const props = { entry: gateEntry, engine: { ringback: testRingback(stack) } };
    const parserFunction = ownFunction(stack, settings);
    expect(() => new ProvisioningEngine(stack, 'Engine', { ...props, parserFunction })).toThrow(message);
  });

  it('a hook that CloudFormation does not wait for, and one that was imported', () => {
    const stack = testStack();
    const fn = ownFunction(stack, { timeout: Duration.minutes(1) });
    const props = { hookName: 'Shop::Rules::Hook' };
    expect(() => ResourceHookFunction.adopt(fn, props)).toThrow(
      'Test/Own: CloudFormation waits 30 s for a hook, but the function may run for 60 s',
    );
    expect(() => ResourceHookFunction.adopt(imported(stack), props)).toThrow('Test/Theirs cannot be adopted');
  });

  it('an action type that CodePipeline would refuse', () => {
    const actionType = { ...checks.actionType, version: '1', properties: [{ name: 'A'.repeat(51) }] };
    const stack = testStack();
    expect(() => CustomActionWorker.adopt(ownFunction(stack), { ringback: testRingback(stack), actionType })).toThrow(
      'the action type Custom/Test/Checks/1 cannot be:',
    );
  });

  it('an engine under a role that launch roles do not trust is let pass with a warning', () => {
    const stack = testStack();
    new ProvisioningEngine(stack, 'Engine', {
      engineFunction: ownFunction(stack),
      parserEntry: gateEntry,
      engine: { ringback: testRingback(stack) },
    });
    Annotations.fromStack(stack).hasWarning('/Test/Own', Match.stringLikeRegexp('ProvisioningEngine.createEngineRole'));
  });

  it("a function with Lambda's own three seconds is let pass with a warning", () => {
    const stack = testStack();
    PipelineJobFunction.adopt(
      new LambdaFunction(stack, 'Own', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('exports.handler = async () => {};'),
      }),
      { ringback: testRingback(stack) },
    );
    Annotations.fromStack(stack).hasWarning('/Test/Own', Match.stringLikeRegexp('Lambda ends it after 3 s'));
  });
});
