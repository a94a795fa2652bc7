import type { Template } from 'aws-cdk-lib/assertions';
import type { LocalCloud } from '../../lib/local/index.ts';
import type { Deployment } from '../../lib/local/template/deployment.ts';

/** What the metrics of a job worker's alarms counted. */
export interface Counts {
  readonly invocations: number;
  readonly errors: number;
  readonly failedInvocations: number;
  /** Lines of its log that the metric filter found. */
  readonly found: number;
}

/** A worker in a local cloud, watched as CloudWatch watches it. */
export interface AlarmWatch {
  /** Resolves when the counts are enough. */
  until(enough: (counts: Counts) => boolean): Promise<void>;
  /** The alarms, by the ids of their constructs, that what was counted so far breaches. */
  breached(): readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation's shapes
type Properties = Readonly<Record<string, any>>;

/** Watches a worker from now on: its invocations, its log, and the events that its schedule could not hand over. */
export function watchAlarms(cloud: LocalCloud, deployment: Deployment, template: Template): AlarmWatch {
  const functionName = deployment.find('Test/Worker').physicalId;
  const schedule = deployment.find('Test/Worker/Schedule');
  const [filter] = Object.values(template.findResources('AWS::Logs::MetricFilter')).map(({ Properties }) => Properties);
  const isFound = jsonFilter(filter?.FilterPattern);
  const counts = { invocations: 0, errors: 0, failedInvocations: 0, found: 0 };
  const waiting = new Set<() => void>();
  const count = (...what: readonly (keyof Counts)[]) => {
    for (const name of what) counts[name]++;
    for (const look of waiting) look();
  };
  cloud.events.on('log', (entry) => {
    if (entry.functionName === functionName && isFound(entry.line)) count('found');
  });
  cloud.events.on('invocationEnd', (end) => {
    if (end.functionName === functionName) count('invocations', ...(end.error ? (['errors'] as const) : []));
  });
  cloud.events.on('state', ({ resource, state }) => {
    if (state === 'FailedInvocation' && resource === schedule.attributes.Arn) count('failedInvocations');
  });

  /** The sum of a metric; missing where CloudWatch would have no data. */
  function sumOf({ Namespace, MetricName, Dimensions }: Properties): number | undefined {
    if (MetricName === 'Invocations') return counts.invocations || undefined;
    // Lambda gives errors, none included, whenever it gives invocations.
    if (MetricName === 'Errors') return counts.invocations > 0 ? counts.errors : undefined;
    if (MetricName === 'FailedInvocations') {
      const isSchedule = Dimensions[0].Name === 'RuleName' && Dimensions[0].Value.Ref === schedule.logicalId;
      return (isSchedule && counts.failedInvocations) || undefined;
    }
    const { MetricNamespace, MetricName: name } = filter?.MetricTransformations[0] ?? {};
    const isFilter = Namespace === MetricNamespace && JSON.stringify(MetricName) === JSON.stringify(name);
    return (isFilter && counts.found) || undefined;
  }

  function measure(alarm: Properties): number | undefined {
    if (alarm.Metrics === undefined) return sumOf(alarm);
    const [{ Expression: expression }, ...parts] = alarm.Metrics as [Properties, ...Properties[]];
    const [left, right] = expression
      .split(' - ')
      .map((id: string) => sumOf(parts.find(({ Id }) => Id === id)?.MetricStat.Metric ?? {}));
    return left === undefined || right === undefined ? undefined : left - right;
  }

  function isBreached(alarm: Properties): boolean {
    const value = measure(alarm);
    if (value === undefined) return alarm.TreatMissingData === 'breaching';
    return alarm.ComparisonOperator === 'LessThanThreshold' ? value < alarm.Threshold : value >= alarm.Threshold;
  }

  return {
    until: (enough) =>
      new Promise((resolve) => {
        const look = () => {
          if (!enough(counts)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    breached: () =>
      Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
        .filter(([logicalId, { Properties }]) => logicalId.startsWith('Worker') && isBreached(Properties))
        .map(([logicalId]) => /^Worker(\w+Alarm)/.exec(logicalId)?.[1] ?? logicalId),
  };
}

/** The test of a filter pattern of the form `{ $.member = "text" }` on a log event. */
function jsonFilter(pattern: string | undefined): (line: string) => boolean {
  const [, member = '', text] = /^\{ \$\.(\w+) = "([^"*]*)" \}$/.exec(pattern ?? '') ?? [];
  if (text === undefined) throw new Error(`no filter pattern that this test understands: ${pattern}`);
  return (line) => {
    try {
      return JSON.parse(line)[member] === text;
    } catch {
      return false;
    }
  };
}
