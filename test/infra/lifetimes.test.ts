import { readFileSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ProvisioningEngine, WorkflowStepFunction } from '../../infra/index.ts';
import {
  DEAD_LETTER_AGE_ALARM_SECONDS,
  DEFAULT_STEP_SECONDS,
  DELIVERY_AGE_ALARM_SECONDS,
  DELIVERY_MAX_RECEIVES,
  LAST_RESORT_AGE_ALARM_SECONDS,
  LAST_RESORT_MAX_RECEIVES,
  LAST_RESORT_RESERVE_SECONDS,
  LAST_RESORT_TIMEOUT_SECONDS,
  LAST_RESORT_VISIBILITY_SECONDS,
  LEDGER_RETENTION_SECONDS,
  PIPELINE_JOB_SILENCE_SECONDS,
  QUEUE_RETENTION_SECONDS,
  RETRY_PAUSES_SECONDS,
  VISIBILITY_FACTOR,
} from '../../lib/lifetimes.ts';
import { gateEntry, testRingback, testStack } from './fixture.ts';

const DAY = 86_400;
const LONGEST_FUNCTION = 900;
const LONGEST_VISIBILITY = 12 * 3_600;

describe('the lifetimes', () => {
  it('keep an entry for longer than a queue and a redrive after it can keep its delivery', () => {
    expect(QUEUE_RETENTION_SECONDS).toBe(14 * DAY);
    expect(LEDGER_RETENTION_SECONDS).toBeGreaterThan(2 * QUEUE_RETENTION_SECONDS);
  });

  it('begin the last try of the last resort before CodePipeline gives up on a function of 30 seconds', () => {
    const [first, second] = RETRY_PAUSES_SECONDS;
    const givenUpAfter = 3 * 30 + first + second;
    const lastTry = givenUpAfter + (LAST_RESORT_MAX_RECEIVES - 1) * LAST_RESORT_VISIBILITY_SECONDS;
    expect(lastTry).toBeLessThan(PIPELINE_JOB_SILENCE_SECONDS);
  });

  it('let the last resort outlast the lease of a process that died, however soon it is told', () => {
    expect((LAST_RESORT_MAX_RECEIVES - 1) * LAST_RESORT_VISIBILITY_SECONDS).toBeGreaterThanOrEqual(LONGEST_FUNCTION);
  });

  it('hide a message for six times the timeout, which SQS can for the longest function', () => {
    expect(VISIBILITY_FACTOR).toBe(6);
    expect(LAST_RESORT_VISIBILITY_SECONDS).toBe(6 * LAST_RESORT_TIMEOUT_SECONDS);
    expect(VISIBILITY_FACTOR * LONGEST_FUNCTION).toBeLessThan(LONGEST_VISIBILITY);
  });

  it('hand a message out as often as AWS advises where a function may be throttled', () => {
    expect(DELIVERY_MAX_RECEIVES).toBeGreaterThanOrEqual(5);
    expect(LAST_RESORT_MAX_RECEIVES).toBeGreaterThanOrEqual(5);
  });

  it('raise alarms after what is ordinary, and days before anything is deleted', () => {
    const leavesTheLastResort = LAST_RESORT_MAX_RECEIVES * LAST_RESORT_VISIBILITY_SECONDS;
    expect(LAST_RESORT_AGE_ALARM_SECONDS).toBeGreaterThan(leavesTheLastResort);
    expect(DELIVERY_AGE_ALARM_SECONDS).toBeGreaterThan(900 + LONGEST_FUNCTION);
    expect(DELIVERY_AGE_ALARM_SECONDS + DEAD_LETTER_AGE_ALARM_SECONDS).toBeLessThan(QUEUE_RETENTION_SECONDS - 9 * DAY);
  });

  it.each([
    ['retention of a queue', `${QUEUE_RETENTION_SECONDS / DAY} days`],
    ['retention of the ledger', `${LEDGER_RETENTION_SECONDS / DAY} days`],
    ['silence of a CodePipeline job', `${PIPELINE_JOB_SILENCE_SECONDS / 60} minutes`],
    ['default timeout of a step', `${DEFAULT_STEP_SECONDS / 60} minutes`],
    ['reserve of the last resort', `${LAST_RESORT_RESERVE_SECONDS / 60} minutes`],
    ['age alarm of the dead-letter queue', `${DEAD_LETTER_AGE_ALARM_SECONDS / DAY} days`],
    ['age alarm of the last resort', `${LAST_RESORT_AGE_ALARM_SECONDS / 60} minutes`],
  ])('stand in docs/deploy.md: the %s', (what, value) => {
    const row = readFileSync('docs/deploy.md', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`| ${what} |`));
    expect(row).toContain(value);
  });
});

describe('every queue that may hold a delivery', () => {
  it('keeps it for 14 days, and hands it out as often as it should before the next takes it', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    const entry = gateEntry;
    new WorkflowStepFunction(stack, 'Scan', { entry, ringback });
    new ProvisioningEngine(stack, 'Engine', { entry, parserEntry: entry, engine: { ringback } });
    const queues = Object.values(Template.fromStack(stack).findResources('AWS::SQS::Queue'));
    expect(queues).toHaveLength(2 + 1 + 4);
    for (const { Properties } of queues) {
      expect(Properties.MessageRetentionPeriod).toBe(QUEUE_RETENTION_SECONDS);
    }
    const receives = queues.flatMap(({ Properties }) => Properties.RedrivePolicy?.maxReceiveCount ?? []);
    expect(receives.sort()).toEqual([
      ...Array(receives.length - 1).fill(DELIVERY_MAX_RECEIVES),
      LAST_RESORT_MAX_RECEIVES,
    ]);
  });

  it.each([
    [undefined, undefined],
    [1, { MaximumConcurrency: 2 }],
    [5, { MaximumConcurrency: 5 }],
  ])('is emptied no faster than a function with a reserved concurrency of %s works', (reserved, scaling) => {
    const stack = testStack();
    new ProvisioningEngine(stack, 'Engine', {
      entry: gateEntry,
      parserEntry: gateEntry,
      engine: {
        ringback: testRingback(stack),
        ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
      },
    });
    const mappings = Object.entries(Template.fromStack(stack).findResources('AWS::Lambda::EventSourceMapping'));
    const ofEngine = mappings.filter(([id]) => id.startsWith('Engine'));
    expect(ofEngine.map(([, { Properties }]) => Properties.ScalingConfig)).toEqual(Array(4).fill(scaling));
  });

  it('has a visibility timeout of six times that of a function of 15 minutes', () => {
    const stack = testStack();
    const options = { entry: gateEntry, ringback: testRingback(stack), timeout: Duration.minutes(15) };
    new WorkflowStepFunction(stack, 'Scan', options);
    Template.fromStack(stack).hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 5_400 });
  });
});
