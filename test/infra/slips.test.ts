import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import {
  CustomActionWorker,
  PipelineJobFunction,
  ProvisioningEngine,
  Ringback,
  ThirdPartyActionWorker,
  TransferWorkflow,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry, temporaryFolder } from './fixture.ts';

/** Constructs as JavaScript sees them: any argument may be missing or of another kind. */
type Loose = new (scope: unknown, id: string, props?: object) => Record<string, unknown>;

/** An app that bundles nothing. */
const app = () => new App({ outdir: temporaryFolder(), context: { 'aws:cdk:bundling-stacks': [] } });
const stackOf = (id: string, env = {}, within: App = app()) => new Stack(within, id, { env });
const gate = (scope: Stack, props: object = {}, id = 'Gate') =>
  new (PipelineJobFunction as unknown as Loose)(scope, id, { entry: gateEntry, ...props });
const make = (kind: unknown, props?: object) => new (kind as Loose)(stackOf('One'), 'It', props);

describe('a Ringback', () => {
  it('may stand in another stack of the same account and Region', () => {
    const within = app();
    const ringback = new Ringback(stackOf('One', {}, within), 'Ringback');
    gate(stackOf('Two', {}, within), { ringback });
    new WorkflowStepFunction(stackOf('Three', {}, within), 'Scan', { entry: gateEntry, ringback });
    expect(() => within.synth()).not.toThrow();
  });

  it.each([
    [
      'Region',
      { account: '111111111111', region: 'us-east-1' },
      /Two\/Gate is in eu-west-1 of .* One\/Ringback in us-east-1/,
    ],
    ['account', { account: '222222222222', region: 'eu-west-1' }, /make a Ringback in Two$/],
  ])('of another %s is refused with the reason', (_what, env, message) => {
    const within = app();
    const ringback = new Ringback(stackOf('One', env, within), 'Ringback');
    const other = stackOf('Two', { account: '111111111111', region: 'eu-west-1' }, within);
    expect(() => gate(other, { ringback })).toThrow(message);
  });

  it('is named where two could be meant', () => {
    const stack = stackOf('One');
    const first = new Ringback(stack, 'A');
    new Ringback(stack, 'B');
    expect(() => gate(stack)).toThrow(/^One has the Ringbacks A and B: say of each function by its property ringback/);
    expect(() => gate(stack, { ringback: first })).not.toThrow();
  });

  it.each(['Mine', 'Ringback'])('that comes after the first function is not made in vain: %s', (id) => {
    const stack = stackOf('One');
    gate(stack);
    expect(() => new Ringback(stack, id, { deletionProtection: true })).toThrow(
      `One/Gate has the Ringback One/Ringback already, which was made for it on demand: make One/${id} before the first`,
    );
  });

  it('does not take the place of something else', () => {
    const stack = stackOf('One');
    new Stack(stack, 'Ringback');
    expect(() => gate(stack)).toThrow('One/Ringback is something else');
  });
});

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
  ])('%s', (_what, kind, props, message) => {
    expect(() => make(kind, props)).toThrow(message);
  });

  it('an id that is taken, by a function or by something else', () => {
    const stack = stackOf('One');
    gate(stack);
    expect(() => gate(stack)).toThrow('One/Gate is there already: give this function another id');
    new Stack(stack, 'OtherLogs');
    expect(() => gate(stack, {}, 'Other')).toThrow('One/Other makes OtherLogs, too, and there is one already');
  });

  it('an action without a name', () => {
    const fn = gate(stackOf('One')) as unknown as { action(props?: object): unknown };
    for (const props of [undefined, {}])
      expect(() => fn.action(props)).toThrow('an action of One/Gate has no actionName');
  });
});
