import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import {
  CallbackFunction,
  CustomActionWorker,
  PipelineJobFunction,
  ProvisioningEngine,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry, testApp, testRingback, testStack } from './fixture.ts';

/** The alarms of a template by the ids of their constructs, with the metrics that each watches. */
function alarmsOf(stack: Stack) {
  const found = Object.entries(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  return new Map(
    found.map(([id, { Properties }]) => {
      const [all, ...parts] = (Properties.Metrics ?? []) as { Expression?: string; MetricStat?: MetricStat }[];
      return [
        id.replace(/^Ringback/, '').replace(/[0-9A-F]{8}$/, ''),
        {
          expression: all?.Expression,
          watches: parts.map(({ MetricStat }) => [MetricStat?.Metric.MetricName, idOf(MetricStat)]),
          threshold: Properties.Threshold,
          actions: Properties.AlarmActions,
        },
      ];
    }),
  );
}

interface MetricStat {
  readonly Metric: {
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Value: Readonly<Record<string, unknown>> }[];
  };
}

const idOf = (stat: MetricStat | undefined) => {
  const value = stat?.Metric.Dimensions[0]?.Value;
  return String(value?.Ref ?? (value?.['Fn::GetAtt'] as string[] | undefined)?.[0]).replace(/[0-9A-F]{8}$/, '');
};

describe('the alarms on deliveries', () => {
  it('add up what Lambda gave up, and what did not reach the last resort, over all functions', () => {
    const stack = testStack();
    const ringback = testRingback(stack, { alarmTopic: new Topic(stack, 'Topic') });
    for (const id of ['One', 'Two']) new CallbackFunction(stack, id, { entry: gateEntry, ringback });
    const alarms = alarmsOf(stack);
    for (const [alarm, metric] of [
      ['DestinationFailedAlarm', 'DestinationDeliveryFailures'],
      ['EventsDroppedAlarm', 'AsyncEventsDropped'],
    ] as const) {
      expect(alarms.get(alarm)).toMatchObject({
        expression: 'FILL(m0, 0) + FILL(m1, 0)',
        threshold: 0,
        watches: [
          [metric, 'One'],
          [metric, 'Two'],
        ],
        actions: [{ Ref: expect.stringMatching(/^Topic/) }],
      });
    }
  });

  it('watch the oldest message of every queue that hands deliveries to a function', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    new ProvisioningEngine(stack, 'Engine', { entry: gateEntry, parserEntry: gateEntry, engine: { ringback } });
    const waiting = alarmsOf(stack).get('DeliveriesWaitAlarm');
    expect(waiting?.threshold).toBe(3_600);
    expect(waiting?.expression).toBe('MAX([FILL(m0, 0), FILL(m1, 0), FILL(m2, 0), FILL(m3, 0)])');
    expect(waiting?.watches.map(([metric]) => metric)).toEqual(Array(4).fill('ApproximateAgeOfOldestMessage'));
  });

  it('watch the queues of the last resort: minutes in the one, days in the other', () => {
    const stack = testStack();
    testRingback(stack);
    const alarms = alarmsOf(stack);
    expect(alarms.get('LastResortStalledAlarm')?.threshold).toBe(1_800);
    expect(alarms.get('DeadLettersAgeAlarm')?.threshold).toBe(4 * 86_400);
  });

  it('are one for ten functions, since CloudWatch takes ten metrics into one', () => {
    const stack = testStack();
    const ringback = testRingback(stack);
    for (let index = 0; index < 11; index++) {
      new CallbackFunction(stack, `Fn${index}x`, { entry: gateEntry, ringback });
    }
    const alarms = alarmsOf(stack);
    expect(alarms.get('DestinationFailedAlarm')?.watches).toHaveLength(10);
    expect(alarms.get('DestinationFailedAlarm2')?.watches).toEqual([['DestinationDeliveryFailures', 'Fn10x']]);
  });

  it('all stand on the dashboard', () => {
    const stack = testStack();
    new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback: testRingback(stack) });
    const template = Template.fromStack(stack);
    const alarms = Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms).toHaveLength(8);
    const dashboard = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    for (const alarm of alarms) expect(dashboard).toContain(alarm);
  });
});

describe('functions of another stack', () => {
  it('are watched in their own, and neither stack waits for the other', () => {
    const app = testApp();
    const shared = new Stack(app, 'Shared');
    const ringback = testRingback(shared, { alarmTopic: new Topic(shared, 'Topic') });
    const stack = new Stack(app, 'Functions');
    const options = { entry: gateEntry, ringback };
    new PipelineJobFunction(stack, 'Gate', options);
    new CustomActionWorker(stack, 'Worker', { ...options, actionType: { category: 'Test', provider: 'Checks' } });
    new ProvisioningEngine(stack, 'Engine', { entry: gateEntry, parserEntry: gateEntry, engine: { ringback } });
    const failureEventBus = new EventBus(stack, 'Bus') as IEventBus;
    const scan = new WorkflowStepFunction(stack, 'Scan', { ...options, failureEventBus, failureTag: 'Why' });
    scan.readsFrom(new Bucket(stack, 'Uploads') as never);
    app.synth();
    expect([...alarmsOf(stack).keys()]).toEqual(expect.arrayContaining(['GateDestinationFailedAlarm']));
    expect([...alarmsOf(shared).keys()]).not.toContain('DestinationFailedAlarm');
  });
});
