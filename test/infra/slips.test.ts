import { Duration, Fn, Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import {
  BuildRunner,
  CloudControlPolicy,
  CustomActionWorker,
  copyStep,
  LaunchRole,
  PipelineJobFunction,
  ProvisioningEngine,
  ResourceHookFunction,
  Ringback,
  TerraformEngine,
  ThirdPartyActionWorker,
  TransferWorkflow,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry } from './fixture.ts';
import { gate, type Loose, stackOf } from './loose.ts';

const make = (kind: unknown, props?: object | null) => new (kind as Loose)(stackOf('One'), 'It', props);

describe('a slip of the hand is named in the words of the user', () => {
  const none =
    "has no code: name the file that exports its handler, such as { entry: 'handlers/gate.ts' }; entry is undefined";
  it.each([
    ['no properties', PipelineJobFunction, undefined, `One/It ${none}`],
    ['no properties of a step', WorkflowStepFunction, undefined, `One/It ${none}`],
    ['an entry that is empty', PipelineJobFunction, { entry: ' ' }, 'entry is " "'],
    ['an entry that is a folder', PipelineJobFunction, { entry: 'handlers' }, 'this is not a file'],
    ['an entry that is not there', PipelineJobFunction, { entry: 'handlers/nope.ts' }, 'there is no such file'],
    ['a timeout that is a number', PipelineJobFunction, { entry: gateEntry, timeout: 30 }, 'but got 30'],
    [
      'a choice that is none',
      PipelineJobFunction,
      { entry: gateEntry, onCrash: 'rerun' },
      'fail or retry, but got "rerun"',
    ],
    [
      'a Ringback that is a name',
      PipelineJobFunction,
      { entry: gateEntry, ringback: 'mine' },
      'is a Ringback, but got "mine"',
    ],
    ['a Ringback that is an object', PipelineJobFunction, { entry: gateEntry, ringback: {} }, 'but got an object'],
    ['a worker of nothing', CustomActionWorker, undefined, 'One/It has no actionType'],
    ['a worker without a category', CustomActionWorker, { actionType: { provider: 'Checks' } }, 'has no category'],
    ['a partner without a provider', ThirdPartyActionWorker, { actionType: { category: 'Test' } }, 'has no provider'],
    ['an engine of nothing', ProvisioningEngine, undefined, 'One/It has no entry'],
    ['an engine without a parser', ProvisioningEngine, { entry: gateEntry }, 'One/It has no parserEntry'],
    ['a workflow of nothing', TransferWorkflow, undefined, 'One/It has no steps'],
    ['a workflow of files from nowhere', TransferWorkflow, { steps: [] }, 'One/It has no uploads'],
    [
      'a workflow of one place',
      TransferWorkflow,
      { steps: [], uploads: 'landing' },
      'is a list of places, such as [{ bucket: Bucket.fromBucketName(…) }] or [{ fileSystem }], but got "landing"',
    ],
    [
      'a runtime that is a name',
      PipelineJobFunction,
      { entry: gateEntry, runtime: 'nodejs24.x' },
      'runtime of One/It is a Runtime',
    ],
    [
      'an architecture',
      PipelineJobFunction,
      { entry: gateEntry, architecture: 'arm64' },
      'is an Architecture, such as',
    ],
    ['a role that is an ARN', PipelineJobFunction, { entry: gateEntry, role: 'arn:…' }, 'is a role, such as'],
    [
      'variables in a text',
      PipelineJobFunction,
      { entry: gateEntry, environment: 'A=b' },
      'is an object, but got "A=b"',
    ],
    [
      'how it is bundled',
      PipelineJobFunction,
      { entry: gateEntry, bundling: true },
      'the bundling of One/It is an object',
    ],
    [
      'a timeout that is a token',
      PipelineJobFunction,
      { entry: gateEntry, timeout: Duration.seconds(Lazy.number({ produce: () => 60 })) },
      'the timeout of One/It is a token',
    ],
    [
      'a maxEventAge that is a token',
      PipelineJobFunction,
      { entry: gateEntry, maxEventAge: Duration.seconds(Lazy.number({ produce: () => 60 })) },
      'the maxEventAge of One/It is a token',
    ],
    [
      'a pollEvery that is a token',
      CustomActionWorker,
      {
        entry: gateEntry,
        actionType: { category: 'Test', provider: 'P' },
        pollEvery: Duration.minutes(Lazy.number({ produce: () => 5 })),
      },
      'the pollEvery of One/It is a token, and nobody knows how long that is: give it a number',
    ],
    [
      'a bucket of a workflow that is a name',
      TransferWorkflow,
      { steps: [], uploads: [{ bucket: 'landing' }] },
      'the uploads of One/It is a list of places',
    ],
    [
      'a timeout of an hour',
      PipelineJobFunction,
      { entry: gateEntry, timeout: Duration.hours(1) },
      'the timeout of One/It is 3600 s, but Lambda runs a function for 1 s to 15 minutes',
    ],
    ['a timeout of nothing', PipelineJobFunction, { entry: gateEntry, timeout: Duration.seconds(0) }, 'is 0 s, but'],
    [
      'a variable that Ringback sets',
      PipelineJobFunction,
      { entry: gateEntry, environment: { RINGBACK_ON_CRASH: 'retry' } },
      'the variable RINGBACK_ON_CRASH of One/It is "retry" already, and Ringback sets it',
    ],
    ['properties that are none', Ringback, null, 'the properties of One/It are an object, but got null'],
    ['properties that are a list', Ringback, [], 'the properties of One/It are an object, but got a list'],
    ['a topic that is an ARN, and would not be told', Ringback, { alarmTopic: 'arn:…' }, 'is a topic, such as'],
    [
      'a topic that is an object',
      Ringback,
      { alarmTopic: {} },
      'is a topic, such as Topic.fromTopicArn(…), but got an object',
    ],
    ['one alarm action', Ringback, { alarmActions: 'page me' }, 'the alarmActions of One/It is a list of objects'],
    ['a key that is an ARN', Ringback, { encryptionKey: 'arn:…' }, 'is a key, such as'],
    ['a dashboard that is not wanted', Ringback, { dashboard: 'no' }, 'is true or false, but got "no"'],
    ['a retention in words', Ringback, { logRetention: '7' }, 'is one of RetentionDays'],
    ['a namespace that is a number', Ringback, { metricsNamespace: 5 }, 'the metricsNamespace of One/It has 1 to 255'],
    [
      'a category in small letters',
      CustomActionWorker,
      { entry: gateEntry, actionType: { category: 'test', provider: 'P' } },
      'is one of Build, Deploy, Invoke, Source, Test, but got "test"',
    ],
    [
      'a property of an action that is a name',
      CustomActionWorker,
      { entry: gateEntry, actionType: { category: 'Test', provider: 'P', properties: ['Url'] } },
      'the properties of the actionType of One/It is a list of objects',
    ],
    [
      'a property of an action without a name',
      CustomActionWorker,
      { entry: gateEntry, actionType: { category: 'Test', provider: 'P', properties: [{}] } },
      "a property has no name: give it one, such as { name: 'Url' }",
    ],
    [
      'an interval that is a number',
      CustomActionWorker,
      { entry: gateEntry, actionType: { category: 'Test', provider: 'P' }, pollEvery: 5 },
      'the pollEvery of One/It is a duration',
    ],
    [
      'a secret that is a name, and could not be read',
      ThirdPartyActionWorker,
      { entry: gateEntry, actionType: { category: 'Test', provider: 'P' }, clientTokenSecret: 'tokens' },
      'the clientTokenSecret of One/It is a secret',
    ],
    [
      'a bus that is a name',
      WorkflowStepFunction,
      { entry: gateEntry, failureEventBus: 'x' },
      'is an event bus, such as',
    ],
    [
      'one account',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, sourceAccounts: '123456789012' },
      'is a list of accounts, texts of 12 digits, but got "123456789012"',
    ],
    [
      'accounts that are none, which would let every account provision',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, sourceAccounts: [] },
      'the sourceAccounts of One/It are none, and without them or an organizationId every account could provision',
    ],
    [
      'accounts that are known only when all is deployed',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, sourceAccounts: Fn.split(',', Fn.importValue('Accounts')) },
      'the sourceAccounts of One/It are a list that is known only when all is deployed: give a list of entries',
    ],
    [
      'launch roles that are known only when all is deployed',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, launchRoleNames: Fn.split(',', Fn.importValue('Roles')) },
      'the launchRoleNames of One/It are a list that is known only when all is deployed: give a list of entries',
    ],
    [
      'the ARN of a launch role',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, launchRoleNames: ['arn:aws:iam::123456789012:role/SCLaunch'] },
      'hold "arn:aws:iam::123456789012:role/SCLaunch", which no role is called',
    ],
    [
      'launch roles that are none',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, launchRoleNames: [] },
      'the launchRoleNames of One/It are none',
    ],
    [
      'more messages than Lambda takes without a wait',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, batchSize: 11 },
      'the batchSize of One/It is a whole number from 1 to 10, but got 11',
    ],
    [
      'builds that are longer than any',
      BuildRunner,
      { timeout: Duration.hours(37) },
      'the timeout of One/It is 133200 s, but CodeBuild takes 5 minutes to 36 hours',
    ],
    [
      'builds that wait for less than CodeBuild does',
      BuildRunner,
      { queuedTimeout: Duration.minutes(1) },
      'the queuedTimeout of One/It is 60 s, but CodeBuild takes 5 minutes to 8 hours',
    ],
    [
      'the name of one launch role',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, launchRoleNames: 'SCLaunch' },
      'is a list of texts, but got "SCLaunch"',
    ],
    [
      'a kind of product that there is not',
      ProvisioningEngine,
      { entry: gateEntry, parserEntry: gateEntry, productType: 'TERRAFORM' },
      'the productType of One/It is one of EXTERNAL',
    ],
    ['an engine of nothing for Terraform', TerraformEngine, undefined, 'has no entry: give it one'],
    ['a bucket that is a name', TerraformEngine, { entry: gateEntry, stateBucket: 'states' }, 'is a bucket, such as'],
    ['builds in a word', TerraformEngine, { entry: gateEntry, builds: 'no' }, 'or false for none, but got "no"'],
    ['a hook of nothing', ResourceHookFunction, undefined, 'One/It has no hookName'],
    [
      'one target',
      ResourceHookFunction,
      { hookName: 'My::Own::Hook', targetOperations: 'RESOURCE' },
      'is a list of RESOURCE',
    ],
    [
      'a mode in small letters',
      ResourceHookFunction,
      { hookName: 'My::Own::Hook', failureMode: 'fail' },
      'WARN, FAIL, but got "fail"',
    ],
    ['a runner of nothing', BuildRunner, null, 'the properties of One/It are an object, but got null'],
    ['a build of 5', BuildRunner, { timeout: 5 }, 'the timeout of One/It is a duration'],
    ['a launch role without a name', LaunchRole, {}, 'One/It has no roleName'],
    [
      'an account that is a number',
      LaunchRole,
      { roleName: 'SCLaunchX', engineAccount: 123456789012 },
      'is an account, a text',
    ],
    ['a policy of nobody', CloudControlPolicy, undefined, 'One/It has no role'],
  ])('%s', (_what, kind, props, message) => {
    expect(() => make(kind, props)).toThrow(message);
  });

  it.each([PipelineJobFunction, Ringback, CustomActionWorker, ResourceHookFunction])(
    'no scope, and no id: %o',
    (kind) => {
      const props = { entry: gateEntry, hookName: 'My::Own::Hook', actionType: { category: 'Test', provider: 'P' } };
      const loose = kind as unknown as Loose;
      expect(() => new loose(undefined, 'It', props)).toThrow("new …(this, 'Gate', { … }), but got undefined");
      expect(() => new loose(stackOf('One'), undefined as never, props)).toThrow(
        "what is made within One has an id, such as 'Gate', but got undefined",
      );
      expect(() => new loose(stackOf('One'), props as never, 'It' as never)).toThrow('but got an object');
    },
  );

  it('nobody who may complete', () => {
    const fn = gate(stackOf('One')) as unknown as { grantComplete(grantee?: unknown): void };
    expect(() => fn.grantComplete()).toThrow('the grantee of One/Ringback is what has a principal, such as a function');
    expect(() => fn.grantComplete('role')).toThrow('but got "role"');
  });

  it('an action of what is no artifact', () => {
    const fn = gate(stackOf('One')) as unknown as { action(props: object): unknown };
    expect(() => fn.action({ actionName: 'Gate', inputs: ['App'] })).toThrow(
      'the inputs of an action of One/Gate is a list of objects, but got a list',
    );
  });

  it('an id that is taken', () => {
    const stack = stackOf('One');
    gate(stack);
    expect(() => gate(stack)).toThrow('One/Gate is there already: give this function another id');
  });

  it.each(['before', 'after'])('is none where the user has a role and logs of the same name, made %s it', (when) => {
    const stack = stackOf('One');
    const own = () => {
      new Role(stack, 'GateRole', { assumedBy: new AccountRootPrincipal() });
      new LogGroup(stack, 'GateLogs');
    };
    if (when === 'before') own();
    gate(stack);
    if (when === 'after') own();
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  it('a function in the place of a step, and a name in that of a bucket', () => {
    const stack = stackOf('One');
    const scan = new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry });
    const bucket = Bucket.fromBucketName(stack, 'Files', 'landing');
    const workflow = TransferWorkflow as unknown as Loose;
    expect(() => new workflow(stack, 'Workflow', { uploads: [{ bucket }], steps: [scan] })).toThrow(
      "the steps of One/Workflow is a list of steps, such as [scan.step({ name: 'scan' }), copyStep({ … })]",
    );
    expect(() => scan.step({ name: 'scan', timeout: Duration.minutes(Lazy.number({ produce: () => 5 })) })).toThrow(
      'the timeout of a step of One/Scan is a token, and nobody knows how long that is: give it a number',
    );
    expect(() => scan.readsFrom('landing' as never)).toThrow('the bucket of One/Scan is a bucket, such as');
    expect(() => scan.writesTo(undefined as never)).toThrow('but got null');
    expect(() => copyStep({ name: 'keep', destination: { bucket: 'landing' as never } })).toThrow(
      'the bucket of the destination of step "keep" is a bucket, such as Bucket.fromBucketName(…), but got "landing"',
    );
  });

  it.each([
    ['memory', 'memorySize'],
    ['timeOut', 'timeout'],
    ['enviroment', 'environment'],
    ['onCarsh', 'onCrash'],
    ['maxEventAges', 'maxEventAge'],
  ])('a property that is almost another is let pass with a warning: %s', (given, meant) => {
    const stack = stackOf('One');
    gate(stack, { [given]: 1, description: 'x', myOwn: 1, stage: 'test' });
    const warnings = stack.node.metadata
      .filter(({ type }) => type === 'aws:cdk:warning')
      .map(({ data }) => String(data));
    expect(warnings).toEqual([
      expect.stringContaining(`One/Gate is given ${given}, which it does not know: did you mean ${meant}?`),
    ]);
  });

  const circular: { deep: object[] } = { deep: [] };
  circular.deep = [{ back: circular }];
  it.each<readonly [string, unknown, string]>([
    ['a bigint', { limits: [1, 2n] }, 'but userParameters.limits[1] is a bigint'],
    ['a function', { url: () => 'https://example.com' }, 'but userParameters.url is a function'],
    ['a symbol', { kind: Symbol('x') }, 'but userParameters.kind is a symbol'],
    ['no number', { tries: Number.NaN }, 'but userParameters.tries is NaN'],
    ['a Map, which JSON empties', { of: new Map([['a', 1]]) }, 'but userParameters.of is a Map'],
    ['a circle', circular, 'but userParameters.deep[0].back leads back to itself'],
    ['a number alone', 5, 'are an object or a text, but got 5'],
  ])('parameters of an action that JSON cannot carry: %s', (_what, userParameters, message) => {
    const fn = gate(stackOf('One')) as unknown as { action(props: object): unknown };
    const make = () => fn.action({ actionName: 'Gate', userParameters });
    expect(make).toThrow(/^the userParameters of an action of One\/Gate are /);
    expect(make).toThrow(message);
  });

  it('is none in parameters that JSON carries as they are', () => {
    const fn = gate(stackOf('One')) as unknown as { action(props: object): unknown };
    const shared = { a: 1 };
    const token = Lazy.any({ produce: () => 1 });
    const own = new (class {
      url = 'https://example.com';
    })();
    const userParameters = { own, one: shared, two: shared, none: undefined, null: null, at: new Date(0), token };
    expect(() => fn.action({ actionName: 'Gate', userParameters })).not.toThrow();
    expect(() => fn.action({ actionName: 'Gate', userParameters: token })).not.toThrow();
  });

  it('an action without a name', () => {
    const fn = gate(stackOf('One')) as unknown as { action(props?: object): unknown };
    for (const props of [undefined, {}])
      expect(() => fn.action(props)).toThrow('an action of One/Gate has no actionName');
  });
});
