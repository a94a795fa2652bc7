import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  CallbackFunction,
  type CallbackFunctionProps,
  CustomActionWorker,
  PipelineJobFunction,
  ThirdPartyActionWorker,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry, testRingback, testStack } from './fixture.ts';

let stack: ReturnType<typeof testStack>;

beforeEach(() => {
  stack = testStack();
});

type Options = Partial<CallbackFunctionProps>;

const props = (options: Options = {}) => ({ entry: gateEntry, ringback: testRingback(stack), ...options });
const actionType = { category: 'Test', provider: 'Checks' } as const;
const minutes = (amount: number) => Duration.minutes(amount);

const create = {
  job: (options?: Options) => new PipelineJobFunction(stack, 'Fn', props(options)),
  step: (options?: Options) => new WorkflowStepFunction(stack, 'Fn', props(options)),
  worker: (options?: Options) => new CustomActionWorker(stack, 'Fn', { ...props(options), actionType }),
  partner: (options?: Options) => new ThirdPartyActionWorker(stack, 'Fn', { ...props(options), actionType }),
  other: (options?: Options) => new CallbackFunction(stack, 'Fn', props(options)),
} as const;

function eventAge(): number {
  const [config] = Object.values(
    Template.fromStack(stack).findResources('AWS::Lambda::EventInvokeConfig', {
      Properties: { FunctionName: { Ref: Match.stringLikeRegexp('^Fn') } },
    }),
  );
  return config?.Properties.MaximumEventAgeInSeconds;
}

describe('an event waits for its function', () => {
  it.each([
    ['a job, 20 minutes less the function and the last resort', 'job', {}, 1_200 - 30 - 120],
    ['a job of a function of 5 minutes', 'job', { timeout: minutes(5) }, 1_200 - 300 - 120],
    ['a job of a function of 15 minutes', 'job', { timeout: minutes(15) }, 1_200 - 900 - 120],
    ['a step of no known workflow, by the longest timeout', 'step', {}, 1_800 - 30 - 120],
    ['a hand-over of a worker', 'worker', {}, 3_600],
    ["a hand-over of a partner's worker", 'partner', {}, 3_600],
    ['an event of a service that is not known', 'other', {}, 3_600],
    ['a job, for as long as it was told', 'job', { maxEventAge: minutes(18) }, 1_080],
    ['a job, for as short as it was told', 'job', { maxEventAge: minutes(1) }, 60],
  ] as const)('%s', (_what, kind, options, seconds) => {
    create[kind](options);
    expect(eventAge()).toBe(seconds);
  });

  it('a step, by the shortest timeout of its steps', () => {
    const fn = create.step();
    fn.step({ name: 'long' });
    fn.step({ name: 'short', timeout: minutes(10) });
    expect(eventAge()).toBe(600 - 30 - 120);
  });

  it('a step that leaves less than Lambda takes, for a minute', () => {
    create.step().step({ name: 'hasty', timeout: minutes(1) });
    expect(eventAge()).toBe(60);
  });
});

/** A function of a service that waits for eight hours. */
const patient = (options?: Options) => new CallbackFunction(stack, 'Fn', props(options), { waitsSeconds: 8 * 3_600 });

it('an event of a service that waits longer than Lambda keeps events waits as long as Lambda takes', () => {
  patient();
  expect(eventAge()).toBe(6 * 3_600);
});

describe('an event age is refused', () => {
  it.each([
    ['job', { maxEventAge: minutes(19) }, /^Fn: a maxEventAge of 1140 s is too long: 1200 s after.*at most 1080 s$/],
    ['job', { maxEventAge: Duration.hours(1) }, /at most 1080 s/],
    ['step', { maxEventAge: minutes(29) }, /1800 s after.*at most 1680 s/],
  ] as const)('of a %s with %o', (kind, options, message) => {
    expect(() => create[kind](options)).toThrow(message);
  });

  it('that Lambda does not take, whatever the service waits', () => {
    const message = 'Fn: a maxEventAge of 25200 s cannot be set: Lambda takes 60 to 21600 s';
    expect(() => patient({ maxEventAge: Duration.hours(7) })).toThrow(message);
  });

  it('by a step that is over before', () => {
    const fn = create.step({ maxEventAge: minutes(10) });
    fn.step({ name: 'long' });
    expect(() => fn.step({ name: 'short', timeout: minutes(11) })).toThrow(/at most 540 s/);
  });
});
