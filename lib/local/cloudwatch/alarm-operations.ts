import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { pageOf } from '../kernel/page.ts';
import type { Operation, RequestContext } from '../kernel/service.ts';

type Members = Readonly<Record<string, unknown>>;

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

interface Alarm {
  readonly settings: Members & { readonly AlarmName: string };
  readonly arn: string;
  /** Simulated milliseconds since the epoch. */
  readonly updatedAt: number;
  tags: readonly Tag[];
}

const LARGEST_PAGE = 100;

/**
 * The operations on alarms of metrics. Nothing is measured: alarms are kept, given back, and stay INSUFFICIENT_DATA.
 * Times in answers are dates, for each protocol to write.
 */
export function createAlarmOperations(kernel: Kernel): Readonly<Record<string, Operation>> {
  const alarms = new Map<string, Alarm>();
  const arnOf = (name: string) =>
    `arn:${kernel.partition}:cloudwatch:${kernel.region}:${kernel.accountId}:alarm:${name}`;

  function tagged({ ResourceARN }: Members, action: string, request: RequestContext): Alarm {
    const arn = String(ResourceARN);
    request.authorize(`cloudwatch:${action}`, arn);
    const found = [...alarms.values()].find((alarm) => alarm.arn === arn);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist`, { status: 404 });
  }

  return {
    PutMetricAlarm(input, request) {
      const { Tags, ...settings } = input;
      check(settings);
      const arn = arnOf(settings.AlarmName);
      request.authorize('cloudwatch:PutMetricAlarm', arn);
      // An alarm that is there keeps its tags, whatever the request says.
      const tags = alarms.get(settings.AlarmName)?.tags ?? Tags ?? [];
      alarms.set(settings.AlarmName, { settings, arn, updatedAt: kernel.clock.now(), tags });
      return {};
    },

    DescribeAlarms({ AlarmNames, AlarmNamePrefix = '', StateValue, AlarmTypes, MaxRecords, NextToken }, request) {
      request.authorize('cloudwatch:DescribeAlarms', arnOf('*'));
      const wanted = [...alarms.values()]
        .filter(({ settings }) => AlarmNames === undefined || AlarmNames.includes(settings.AlarmName))
        .filter(({ settings }) => settings.AlarmName.startsWith(AlarmNamePrefix))
        .filter(() => StateValue === undefined || StateValue === 'INSUFFICIENT_DATA')
        .filter(() => AlarmTypes === undefined || AlarmTypes.includes('MetricAlarm'));
      const { items, nextToken } = pageOf(wanted, {
        list: 'cloudwatch:DescribeAlarms',
        size: Number(MaxRecords) || LARGEST_PAGE,
        token: NextToken,
        refusal: 'InvalidNextToken',
      });
      return {
        MetricAlarms: items.map(describe),
        CompositeAlarms: [],
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },

    DeleteAlarms({ AlarmNames = [] }, request) {
      for (const name of AlarmNames) request.authorize('cloudwatch:DeleteAlarms', arnOf(name));
      for (const name of AlarmNames) alarms.delete(name);
      return {};
    },

    TagResource(input, request) {
      const alarm = tagged(input, 'TagResource', request);
      const given: readonly Tag[] = input.Tags ?? [];
      alarm.tags = [...alarm.tags.filter(({ Key }) => !given.some((tag) => tag.Key === Key)), ...given];
      return {};
    },

    UntagResource(input, request) {
      const alarm = tagged(input, 'UntagResource', request);
      const gone: readonly string[] = input.TagKeys ?? [];
      alarm.tags = alarm.tags.filter(({ Key }) => !gone.includes(Key));
      return {};
    },

    ListTagsForResource: (input, request) => ({ Tags: tagged(input, 'ListTagsForResource', request).tags }),
  };
}

function describe({ settings, arn, updatedAt }: Alarm): object {
  const updated = new Date(updatedAt);
  return {
    ...settings,
    AlarmArn: arn,
    ActionsEnabled: settings.ActionsEnabled ?? true,
    AlarmConfigurationUpdatedTimestamp: updated,
    AlarmActions: settings.AlarmActions ?? [],
    OKActions: settings.OKActions ?? [],
    InsufficientDataActions: settings.InsufficientDataActions ?? [],
    Dimensions: settings.Dimensions ?? [],
    StateValue: 'INSUFFICIENT_DATA',
    StateReason: 'Unchecked: Initial alarm creation',
    StateUpdatedTimestamp: updated,
  };
}

/** What the model cannot tell. @throws AwsError ValidationError */
function check({ MetricName, Metrics }: Members): void {
  if ((MetricName === undefined) === (Metrics === undefined)) {
    const message =
      MetricName === undefined
        ? 'The parameter MetricName is required unless Metrics is given.'
        : 'The parameters MetricName and Metrics are mutually exclusive.';
    throw new AwsError('ValidationError', message);
  }
}
